/**
 * @file Runs every `*.test.ts` under test/ (or those whose path matches the first argument) and ends with the line
 * `N passed, N failed`. The tests of webgpu have a process of their own beside the others: a GPU in software is slow and keeps one core busy.
 */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const uvu = fileURLToPath(new URL('../node_modules/uvu/bin.js', import.meta.url));
const pattern = process.argv[2] ?? '';

interface Outcome {
  readonly output: string;
  readonly passed: number;
  readonly failed: number;
}

/** @param files the beginning of a pattern of paths @param onOutput gets what is printed as it comes */
function runTests(files: string, onOutput: (text: string) => void): Promise<Outcome> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', uvu, 'test', `${files}${pattern}.*\\.test\\.ts$`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
    onOutput(data.toString());
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const count = (label: string): number =>
        Number(new RegExp(`${label}:\\s+(\\d+)`).exec(output)?.[1] ?? 0);
      const passed = count('Passed');
      resolve({ output, passed, failed: Math.max(count('Total') - passed, code === 0 ? 0 : 1) });
    });
  });
}

const [others, webgpu] = await Promise.all([
  runTests('^(?!.*webgpu).*', (text) => process.stdout.write(text)),
  runTests('^(?=.*webgpu).*', () => {}),
]);
process.stdout.write(webgpu.output);
const passed = others.passed + webgpu.passed;
const failed = others.failed + webgpu.failed;
process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
