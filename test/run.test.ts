/** @file The runner of the tests, run on files of its own in a folder of its own. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert, suite } from './harness.ts';

const test = suite('the test runner');

const RUNNER = fileURLToPath(new URL('run.ts', import.meta.url));

const HARNESS = `import { assert, skipped, suite } from ${JSON.stringify(new URL('harness.ts', import.meta.url).href)};
const test = suite('a suite');`;

const PASSING = `${HARNESS} test('one', () => {}); test('two', () => {}); test.run();`;
const FAILING = `${HARNESS} test('one', () => assert.is(1, 2, 'one is not two')); test('two', () => {}); test.run();`;
const SKIPPED = `${HARNESS} skipped('three', 'no third hand'); test.run();`;
const BROKEN = `${HARNESS} test('one', () => {}); test.run(); throw new Error('a broken file');`;
const HOOK = `${HARNESS} test.before(() => { throw new Error(); }); test('one', () => {}); test.run();`;
const ENDLESS = `${HARNESS} test('one', () => new Promise(() => {})); test.run();`;

/** @param files their text by their names @param args of the runner */
function run(files: Readonly<Record<string, string>>, ...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'loec-runner-'));
  try {
    mkdirSync(join(folder, 'test'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'test', name), text);
    const command = ['--import', import.meta.resolve('tsx'), RUNNER, ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, {
      cwd: folder,
      encoding: 'utf8',
    });
    return { status, output: stdout + stderr, closing: stdout.trimEnd().split('\n').at(-1) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('counts what passes and what is skipped, in both processes', () => {
  const files = { 'a.test.ts': PASSING, 'b.test.ts': SKIPPED, 'webgpu.test.ts': PASSING, 'c.ts': BROKEN };
  const { status, output, closing } = run(files);
  assert.is(closing, '4 passed, 0 failed, 1 skipped');
  assert.is(status, 0);
  assert.match(output, 'skipped: three: no third hand');
});

test('fails with a test, a file and a hook that throw, says so, and runs the other files', () => {
  const files = { 'a.test.ts': FAILING, 'b.test.ts': BROKEN, 'c.test.ts': HOOK, 'd.test.ts': PASSING };
  const { status, output, closing } = run(files);
  assert.is(closing, '4 passed, 3 failed');
  assert.is(status, 1);
  for (const text of ['one is not two', 'a broken file', 'Not all tests were run'])
    assert.match(output, text);
});

test('fails with a test that never ends, in the process of webgpu too', () => {
  const { status, output, closing } = run({ 'a.test.ts': PASSING, 'webgpu.test.ts': ENDLESS });
  assert.is(closing, '2 passed, 1 failed');
  assert.is(status, 1);
  assert.match(output, 'Exiting early');
});

test('runs the files whose path matches, and fails where none does', () => {
  const files = { 'a.test.ts': PASSING, 'b.test.ts': FAILING };
  const { status, closing } = run(files, '^A');
  assert.equal([closing, status], ['2 passed, 0 failed', 0]);
  const none = run(files, 'c');
  assert.equal([none.closing, none.status], ['0 passed, 0 failed', 1]);
});

test.run();
