/** @file The only door to the test runner, so that a change of runner is one edit. */

export { suite } from 'uvu';
export * as assert from 'uvu/assert';

/** Says on stderr why a test is not run; call it instead of registering the test. */
export function skipped(name: string, reason: string): void {
  process.stderr.write(`skipped: ${name}: ${reason}\n`);
}
