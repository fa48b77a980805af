/** @file The pool of this machine: what it begins, when, and what its batch hears. */

import type { Sharing } from '../../src/cli/batch/cores.ts';
import { LocalPool, type Work } from '../../src/cli/batch/local-pool.ts';
import type { Hearing, Order, Settled } from '../../src/cli/batch/pool.ts';
import { assert, suite } from '../harness.ts';
import { destinationOf } from './world.ts';

const test = suite('cli local pool');

const destination = await destinationOf('-');
const orderOf = (index: number): Order => ({
  index,
  job: { input: `${index}.png`, output: '-', isNamed: true },
  destination,
  stats: undefined,
});

/** So many at a time. */
const atATime = (count: number): Sharing => ({ count, shareOf: () => 1, threadsOf: () => 1 });

/** All that others have to do now. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Runs some orders, and writes down what happens: an order is asked for, its work begins, it is settled. */
function createRun(sharing: Sharing, count: number) {
  const events: string[] = [];
  const controller = new AbortController();
  const ends = new Map<number, (settled: Settled<string>) => void>();
  async function* orders(): AsyncGenerator<Order> {
    for (let index = 0; index < count; index++) {
      events.push(`ask ${index}`);
      yield orderOf(index);
    }
  }
  const work: Work<string> = async ({ index }, lease) => {
    events.push(`begin ${index}`);
    await lease.share(1);
    const settled = await new Promise<Settled<string>>((resolve) => ends.set(index, resolve));
    if ('error' in settled) throw settled.error;
    return settled.made;
  };
  let goesOn = true;
  const hearing: Hearing<string> = {
    begin: () => ({ update: () => {}, end: () => {} }),
    say: () => {},
    note: () => {},
    settle: async (index, settled) => {
      const what = 'error' in settled ? `failed: ${settled.error}` : settled.made;
      await turn();
      events.push(`settle ${index} ${what}`);
      return goesOn;
    },
    workers: () => {},
  };
  const done = new LocalPool(sharing, count, work).run(orders(), hearing, controller.signal);
  /** What has happened since the last look. */
  const news = async (): Promise<string[]> => {
    for (let i = 0; i < 5; i++) await turn();
    return events.splice(0);
  };
  const end = (index: number, settled: Settled<string> = { made: 'made' }) => ends.get(index)?.(settled);
  const stop = () => {
    goesOn = false;
  };
  return { news, end, stop, done, controller };
}

test('an order is asked for when a core is free, and no sooner', async () => {
  const { news, end, done } = createRun(atATime(2), 4);
  assert.equal(await news(), ['ask 0', 'begin 0', 'ask 1', 'begin 1']);
  end(1);
  assert.equal(await news(), ['settle 1 made', 'ask 2', 'begin 2']);
  end(0);
  assert.equal(await news(), ['settle 0 made', 'ask 3', 'begin 3']);
  end(3);
  end(2);
  await done;
  assert.equal((await news()).sort(), ['settle 2 made', 'settle 3 made']);
});

test('what fails is settled as such, and the others go on', async () => {
  const { news, end, done } = createRun(atATime(1), 2);
  await news();
  end(0, { error: 'no picture' });
  assert.equal(await news(), ['settle 0 failed: no picture', 'ask 1', 'begin 1']);
  end(1);
  await done;
});

test('nothing is begun once the batch wants no more, and what is under way is waited for', async () => {
  const { news, end, stop, done } = createRun(atATime(2), 9);
  await news();
  stop();
  end(0);
  const events = await news();
  assert.is(events[0], 'settle 0 made');
  assert.not.ok(events.some((event) => event.startsWith('begin')));
  let isDone = false;
  done.then(() => {
    isDone = true;
  });
  await turn();
  assert.not(isDone);
  end(1);
  await done;
  assert.equal(await news(), ['settle 1 made']);
});

test('nor after an abort', async () => {
  const { news, end, done, controller } = createRun(atATime(2), 9);
  await news();
  controller.abort();
  end(0);
  end(1, { error: 'stopped' });
  await done;
  const events = await news();
  assert.not.ok(events.some((event) => event.startsWith('begin')));
  assert.equal(events.filter((event) => event.startsWith('settle')).length, 2);
});

test('the shares of the last ones are of what is left', async () => {
  const shares: number[] = [];
  const sharing: Sharing = {
    count: 4,
    shareOf: (_, { free, left }) => Math.floor(free / left),
    threadsOf: (share) => shares.push(share),
  };
  const { news, end, done } = createRun(sharing, 2);
  await news();
  assert.equal(shares, [2, 2]);
  for (const index of [0, 1]) end(index);
  await done;
});

test.run();
