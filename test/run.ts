/**
 * @file Runs every `*.test.ts` under test/ (or those whose path matches the first argument) in one process and ends
 * with the line `N passed, N failed`.
 */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const uvu = fileURLToPath(new URL('../node_modules/uvu/bin.js', import.meta.url));
const pattern = process.argv[2] ?? '';
const child = spawn(process.execPath, ['--import', 'tsx', uvu, 'test', `${pattern}.*\\.test\\.ts$`], {
  stdio: ['ignore', 'pipe', 'inherit'],
});

let output = '';
child.stdout.on('data', (data: Buffer) => {
  output += data.toString();
  process.stdout.write(data);
});
child.on('close', (code) => {
  const count = (label: string): number => Number(new RegExp(`${label}:\\s+(\\d+)`).exec(output)?.[1] ?? 0);
  const passed = count('Passed');
  const failed = Math.max(count('Total') - passed, code === 0 ? 0 : 1);
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
});
