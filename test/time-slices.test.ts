import { LoecError } from '../src/errors.ts';
import { finish, type Steps, TimeSlices } from '../src/time-slices.ts';
import { assert, suite } from './harness.ts';

const test = suite('time slices');

/** Runs with a clock on which every look takes so many milliseconds. */
async function withClock<Result>(milliseconds: number, work: () => Promise<Result>): Promise<Result> {
  const { now } = performance;
  let time = 0;
  performance.now = () => {
    time += milliseconds;
    return time;
  };
  try {
    return await work();
  } finally {
    performance.now = now;
  }
}

function* steps(count: number, taken: () => void): Steps<string> {
  for (let i = 0; i < count; i++) {
    taken();
    yield;
  }
  return 'done';
}

async function codeOf(work: Promise<unknown>): Promise<string | null> {
  const error = await work.then(() => null).catch((reason: unknown) => reason);
  return error instanceof LoecError ? error.code : String(error);
}

test('steps come to the same at once and in slices', async () => {
  let count = 0;
  const taken = () => count++;
  assert.is(finish(steps(7, taken)), 'done');
  assert.is(await new TimeSlices().take(steps(5, taken)), 'done');
  assert.is(count, 12);
});

test('slow steps let others run in between, and a signal that these abort stops them', async () => {
  await withClock(60, async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    let count = 0;
    const work = new TimeSlices(controller.signal).take(steps(1000, () => count++));
    assert.is(await codeOf(work), 'E_ABORTED');
    assert.ok(count < 10, `${count}`);
  });
});

test('quick steps are taken together', async () => {
  await withClock(0.01, async () => {
    const controller = new AbortController();
    setImmediate(() => controller.abort());
    let count = 0;
    const work = new TimeSlices(controller.signal).take(steps(9000, () => count++));
    assert.is(await codeOf(work), 'E_ABORTED');
    assert.ok(count > 500, `${count}`);
  });
});

test('a signal that is aborted before stops what would be quick', async () => {
  const slices = new TimeSlices(AbortSignal.abort());
  assert.is(await codeOf(slices.pause()), 'E_ABORTED');
});

test('time that is over is E_LIMIT, which names the limit', async () => {
  await withClock(60, async () => {
    const work = new TimeSlices(undefined, 1).take(steps(1000, () => undefined));
    assert.is(await codeOf(work), 'E_LIMIT');
    const slices = new TimeSlices(undefined, 0);
    assert.throws(() => slices.check(), /the limit `seconds`, 0/);
  });
});

test('nobody waits for the work of others once time is over or the signal is aborted', async () => {
  const endless = new Promise(() => undefined);
  assert.is(await codeOf(new TimeSlices(undefined, 0.01).wait(endless)), 'E_LIMIT');
  const controller = new AbortController();
  const waiting = new TimeSlices(controller.signal).wait(endless);
  controller.abort();
  assert.is(await codeOf(waiting), 'E_ABORTED');
  assert.is(await new TimeSlices().wait(Promise.resolve('done')), 'done');
});

test.run();
