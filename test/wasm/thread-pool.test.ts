/** @file Threads that share a kernel, also one that fails, on a module of a few instructions. */

import { sharedMemory } from '../../src/wasm/shared-memory.ts';
import { ThreadPool } from '../../src/wasm/thread-pool.ts';
import { assert, suite } from '../harness.ts';

const test = suite('thread pool');

const text = (name: string): number[] => [name.length, ...Buffer.from(name)];
const section = (id: number, bytes: number[]): number[] => [id, bytes.length, ...bytes];

/** `mark(problem, thread)`: traps where the word at `problem` is `thread`, else writes 1 to the word 1 + thread behind it. */
const MODULE = new WebAssembly.Module(
  Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    // (i32, i32) → ()
    ...section(1, [1, 0x60, 2, 0x7f, 0x7f, 0]),
    // A shared memory of 1 to 65,536 pages.
    ...section(2, [1, ...text('env'), ...text('memory'), 2, 3, 1, 0x80, 0x80, 4]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('mark'), 0, 0]),
    ...section(10, [
      ...[1, 27, 0],
      // if (i32.load(problem) == thread) unreachable
      ...[0x20, 0, 0x28, 2, 0, 0x20, 1, 0x46, 0x04, 0x40, 0x00, 0x0b],
      // i32.store offset=4 (problem + thread * 4, 1)
      ...[0x20, 0, 0x20, 1, 0x41, 4, 0x6c, 0x6a, 0x41, 1, 0x36, 2, 4, 0x0b],
    ]),
  ]),
);

const PROBLEM = 1024;

/** @returns which threads have run `mark`, the one at `trap` failing */
function marks(memory: WebAssembly.Memory, run: () => void, trap = -1): number[] {
  const words = new Int32Array(memory.buffer, PROBLEM, 9).fill(0);
  words[0] = trap;
  run();
  return [...words.subarray(1)].flatMap((word, thread) => (word === 1 ? [thread] : []));
}

test('a kernel runs on as many threads as it is asked to', async () => {
  const memory = sharedMemory();
  const pool = new ThreadPool(MODULE, memory, ['mark']);
  assert.is(await pool.grow(1), 1);
  const on = (threads: number) => marks(memory, () => pool.run('mark', PROBLEM, threads));
  assert.equal(on(1), [0]);
  // Two problems ask at the same time.
  assert.equal(await Promise.all([pool.grow(3), pool.grow(2)]), [3, 2]);
  for (let round = 0; round < 300; round++) {
    const threads = 1 + (round % 3);
    assert.equal(on(threads), [0, 1, 2].slice(0, threads));
  }
  assert.is(await pool.grow(5), 5);
  assert.equal(on(5), [0, 1, 2, 3, 4]);
  await pool.dispose();
});

test('a kernel that fails in one thread ends in an error, and the pool goes on', async () => {
  const memory = sharedMemory();
  const pool = new ThreadPool(MODULE, memory, ['mark']);
  await pool.grow(3);
  for (const trap of [0, 1, 2]) {
    const ran = marks(
      memory,
      () => assert.throws(() => pool.run('mark', PROBLEM, 3), trap === 0 ? /unreachable/ : /has failed/),
      trap,
    );
    // The others are done when the error comes.
    assert.equal(
      ran,
      [0, 1, 2].filter((thread) => thread !== trap),
    );
    assert.equal(
      marks(memory, () => pool.run('mark', PROBLEM, 3)),
      [0, 1, 2],
    );
  }
  await pool.dispose();
});

test.run();
