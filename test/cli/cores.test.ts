/** @file How pictures share the cores of a machine. */

import { Cores, Lease, type Sharing, sharingOf } from '../../src/cli/batch/cores.ts';
import { assert, suite } from '../harness.ts';

const test = suite('cli cores');

const SMALL = 1000;

/** Threads that each of some pictures gets, where none of them ends before the last has begun. */
async function threadsOf(sharing: Sharing, pixels: number[]): Promise<number[]> {
  const cores = new Cores(sharing.count);
  const threads: number[] = [];
  for (const [i, count] of pixels.entries()) {
    await cores.take(1);
    threads.push(await new Lease(cores, sharing, pixels.length - i).share(count));
  }
  return threads;
}

test('small pictures have a core each, or more where there are few of them', async () => {
  const small = (count: number) => Array<number>(count).fill(SMALL);
  assert.equal(await threadsOf(sharingOf({}, SMALL, 4), small(4)), [1, 1, 1, 1]);
  assert.equal(await threadsOf(sharingOf({}, SMALL, 8), small(3)), [2, 3, 3]);
  assert.equal(await threadsOf(sharingOf({}, SMALL, 8), small(1)), [8]);
});

test('a large picture waits until it has all cores, and nothing is begun meanwhile', async () => {
  const sharing = sharingOf({}, SMALL, 4);
  const cores = new Cores(4);
  await cores.take(1);
  const small = new Lease(cores, sharing, 9);
  await small.share(SMALL);
  await cores.take(1);
  const large = new Lease(cores, sharing, 8);
  let threads = 0;
  const waiting = large.share(SMALL + 1).then((count) => {
    threads = count;
  });
  await new Promise(setImmediate);
  assert.is(threads, 0);
  small.end();
  await waiting;
  assert.is(threads, 4);
  assert.is(cores.free, 0);
  large.end();
  assert.is(cores.free, 4);
});

test('--jobs divides the cores, --threads says how many each has', async () => {
  assert.equal(await threadsOf(sharingOf({ jobs: 3 }, SMALL, 8), [1, 1e9, 1]), [2, 2, 2]);
  assert.equal(await threadsOf(sharingOf({ jobs: 3, threads: 5 }, SMALL, 8), [1, 1, 1]), [5, 5, 5]);
  assert.equal(await threadsOf(sharingOf({ threads: 2 }, SMALL, 4), [1, 1e9]), [2, 2]);
  assert.equal(await threadsOf(sharingOf({ jobs: 4 }, SMALL, 2), [1]), [1]);
});

test.run();
