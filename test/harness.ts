/** @file All that the tests see of uvu, so that a change of runner is an edit here, in run.ts and in run-files.ts. */

import { suite } from 'uvu';

export * as assert from 'uvu/assert';
export { suite };

/** Lists a test that is not run, and why, among the suites of its file; call it instead of registering the test. */
export function skipped(name: string, reason: string): void {
  const test = suite(`skipped: ${name}: ${reason}`);
  test.skip();
  test.run();
}
