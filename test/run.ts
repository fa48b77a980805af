/**
 * @file Runs every `*.test.ts` under test/ (or those whose path matches an argument) and ends with the line
 * `N passed, N failed`, followed by `, N skipped` where there are some. The tests of webgpu, pages and farms have a process of their own beside the
 * others: they wait for a GPU, which where it is of software keeps one core busy, for a browser, and for workers.
 */

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parse } from 'uvu/parse';
import type { Outcome } from './run-files.ts';

/** @param onOutput gets what is printed as it comes */
function runTests(files: readonly string[], onOutput: (text: string) => void): Promise<Outcome> {
  let outcome: Outcome = { passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0) return Promise.resolve(outcome);
  const child = fork(fileURLToPath(new URL('run-files.ts', import.meta.url)), files, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env,
  });
  child.stdout?.setEncoding('utf8').on('data', onOutput);
  child.on('message', (message) => {
    outcome = message as Outcome;
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const { failed } = outcome;
      resolve(code === 0 ? outcome : { ...outcome, failed: Math.max(failed, 1) });
    });
  });
}

const pattern = new RegExp(process.argv.slice(2).join('|'), 'i');
const files = (await parse('test', /\.test\.ts$/)).suites.filter(({ name }) => pattern.test(name));
const filesOf = (waiting: boolean): string[] =>
  files.filter(({ name }) => /webgpu|^(web|farm)\//.test(name) === waiting).map(({ file }) => file);

let outputOfWaiting = '';
const [others, waiting] = await Promise.all([
  runTests(filesOf(false), (text) => process.stdout.write(text)),
  runTests(filesOf(true), (text) => {
    outputOfWaiting += text;
  }),
]);
const passed = others.passed + waiting.passed;
const failed = others.failed + waiting.failed;
const skipped = others.skipped + waiting.skipped;
const closing = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
process.stdout.write(`${outputOfWaiting}\n${closing}\n`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
