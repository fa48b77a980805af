/**
 * @file Runs the test files that the arguments name, all in this process, and tells the parent process (run.ts) the outcome so far
 * after each suite. It does what `uvu/run` does, which counts for people alone and gives up at the first file that can't be imported.
 */

import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Numbers of tests. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A suite as uvu queues it. */
type Suite = () => Promise<[errors: string | true, passed: number, skipped: number, total: number]>;

declare global {
  /** Makes suites wait for `exec` of uvu. Must be set before uvu is imported. */
  var UVU_DEFER: boolean;
  /** A group for each file: its name, then its suites. */
  var UVU_QUEUE: [name: string, ...suites: Suite[]][];
  /** The group that suites add themselves to. */
  var UVU_INDEX: number;
}

let outcome: Outcome = { passed: 0, failed: 0, skipped: 0 };

/** The suite, which adds its numbers to the outcome once it was run. */
function counted(suite: Suite): Suite {
  return async () => {
    const result = await suite();
    const [errors, passed, skipped, total] = result;
    outcome = {
      passed: outcome.passed + passed,
      failed: outcome.failed + total - passed,
      skipped: outcome.skipped + skipped,
    };
    process.send?.(outcome);
    // uvu keeps silent about the errors of hooks.
    return errors === true && passed < total ? [HOOK_FAILED, passed, skipped, total] : result;
  };
}

const HOOK_FAILED = '  Not all tests were run: `before`, or a hook of each test, threw.\n';

/** Stands for the suites of a file that can't be imported. */
function brokenFile(error: unknown): Suite {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return async () => [`${text}\n`, 0, 0, 1];
}

globalThis.UVU_DEFER = true;
const { exec } = await import('uvu');
for (const [i, file] of process.argv.slice(2).entries()) {
  globalThis.UVU_INDEX = i;
  globalThis.UVU_QUEUE[i] = [relative('test', file)];
  await import(pathToFileURL(file).href).catch((error) => globalThis.UVU_QUEUE[i]?.push(brokenFile(error)));
}
for (const [i, [name, ...suites]] of globalThis.UVU_QUEUE.entries()) {
  globalThis.UVU_QUEUE[i] = [name, ...suites.map(counted)];
}
await exec();
// A test that failed may have left a worker or a browser open, which would keep the process for ever.
if (outcome.failed > 0) process.send?.(outcome, () => process.exit(1));
