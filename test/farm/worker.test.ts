/** @file Workers of a farm: a job from its bytes to its file, forged ones, one that nobody wants any more, an end in order. */

import { setTimeout as sleep } from 'node:timers/promises';
import { encodeFile } from '../../src/encode-file.ts';
import { readBeats } from '../../src/farm/beat.ts';
import type { FarmJob } from '../../src/farm/job.ts';
import { jobIdOf } from '../../src/farm/job-id.ts';
import type { FailedOutcome } from '../../src/farm/outcome.ts';
import { Transfers } from '../../src/farm/transfer/transfers.ts';
import { UNTRUSTED_LIMITS } from '../../src/limits.ts';
import { hollowPng, tinyPng } from '../cli/world.ts';
import { assert, skipped, suite } from '../harness.ts';
import { FarmWorld, LANE, QUICK, type RunningWorker, until } from './farm-world.ts';
import { redisServer, WITHOUT_REDIS } from './redis.ts';

const test = suite('farm worker');

/** What this machine makes of a picture without a farm. */
async function localFile(png: Uint8Array, options = QUICK): Promise<Uint8Array> {
  const { result } = await encodeFile(
    png,
    { options, orient: true, limits: {}, verify: false, name: 'local' },
    {
      signal: new AbortController().signal,
      threadsFor: async () => 1,
      checkpointFor: async () => null,
      onProgress: () => {},
      onNote: () => {},
    },
  );
  return result.file;
}

/** Some seconds. */
const LONG = { ...QUICK, steps: 600 };

/** As many steps as the worker of the tests allows. */
const ENDLESS = { ...QUICK, effort: 2, steps: 2000 };

function endsOf({ reports }: RunningWorker): string[] {
  return reports.map(({ end }) => end.kind);
}

function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

let world: FarmWorld;
test.before(async () => {
  world = await FarmWorld.start();
});
test.after(() => world.end());

test('a job is done from its bytes to its file, which is that of a local run', async () => {
  const png = tinyPng(32, 32);
  const { batch, id } = await world.handOver(png);
  const { reports, stop } = await world.startWorker('one');
  assert.equal(new Uint8Array((await world.file(batch, id)) as Uint8Array), await localFile(png));
  await stop();
  assert.equal(
    reports.map(({ name, end: { kind } }) => [name, kind]),
    [[`${batch}.png`, 'done']],
  );
  assert.equal(await world.farm.redis.exists(world.farm.keys.checkpoint(id)), 0);
});

test('a worker that is to stop hands back a long fit, and another one goes on from its checkpoint to the same bytes', async () => {
  const png = tinyPng(64, 64);
  const { batch, id } = await world.handOver(png, LONG);
  const { farm } = world;
  const one = await world.startWorker('one');
  await until(async () => (await farm.redis.exists(farm.keys.checkpoint(id))) === 1);
  await one.stop();
  assert.equal(endsOf(one), ['handed back']);
  assert.is(await (await (await farm.queue(LANE)).getJob(id))?.getState(), 'prioritized');
  const two = await world.startWorker('two');
  assert.equal(new Uint8Array((await world.file(batch, id)) as Uint8Array), await localFile(png, LONG));
  await two.stop();
  assert.ok(
    two.notes.some((note) => note.startsWith('goes on from')),
    two.notes.join(),
  );
});

test('forged jobs are refused, and the next one is done', async () => {
  const good = await world.handOver(tinyPng(32, 31));
  const data = (await world.dataOf(good.id)) as { file: object; picture: object };
  const { file, picture } = data;
  const options = (changes: object) => ({ ...data, file: { ...file, options: { ...QUICK, ...changes } } });
  const forged: readonly (readonly [code: string, data: unknown])[] = [
    ['E_USAGE', options({ quiet: true })],
    ['E_USAGE', options({ steps: 1e12 })],
    ['E_ENGINE', options({ engine: 'tfjs' })],
    ['E_LIMIT', options({ effort: 9 })],
    ['E_LIMIT', options({ steps: 1e9 })],
    ['E_LIMIT', { ...data, picture: { ...picture, sha256: '1'.repeat(64), bytes: 1e10 } }],
    ['E_INPUT', { ...data, picture: { ...picture, source: { kind: 'shared', path: '../etc/passwd' } } }],
    ['E_USAGE', { ...data, version: '0.0.0' }],
    ['E_USAGE', ['another shape']],
    ['E_USAGE', 7],
  ];
  const expected: string[] = [];
  for (const [code, given] of forged) {
    // What is not even a job has no name of its own.
    const id = attempt(() => jobIdOf(given as FarmJob)) ?? `f-${expected.length}`;
    expected.push(`${id} ${code}`);
    await world.forge(id, given);
  }
  await world.forge('f-of-another-name', data);
  expected.push('f-of-another-name E_USAGE');
  const hollow = await world.handOver(hollowPng(2 ** 16, 2 ** 15));
  expected.push(`${hollow.id} E_LIMIT`);

  const worker = await world.startWorker('one');
  assert.is((await world.outcome(good.batch)).status, 'done');
  assert.is((await world.outcome(hollow.batch)).status, 'failed');
  // A busy machine may lose a job's lock and do it again: each is refused once and more.
  const refused = (): string[] => [
    ...new Set(
      worker.reports.flatMap(({ id, end }) => (end.kind === 'failed' ? [`${id} ${end.failure.code}`] : [])),
    ),
  ];
  await until(() => refused().length >= expected.length);
  await worker.stop();
  assert.equal(refused().sort(), expected.sort());
  const counts = await (await world.farm.queue(LANE)).getJobCounts();
  assert.is(
    Object.values(counts).reduce((sum, count) => sum + count, 0),
    0,
    JSON.stringify(counts),
  );
});

test('a job that nobody waits for any more is stopped', async () => {
  const png = tinyPng(64, 63);
  const { batch, id } = await world.handOver(png, ENDLESS);
  const worker = await world.startWorker('one');
  const { farm } = world;
  await until(async () => (await farm.redis.exists(farm.keys.checkpoint(id))) === 1);
  const row = { id, sha256: '0'.repeat(64), index: 0 };
  await farm.ledger.settleRows(batch, [row], { status: 'cancelled' });
  await until(() => worker.reports.length > 0);
  assert.equal(endsOf(worker), ['unwanted']);
  await worker.stop();
  assert.is((await world.outcome(batch)).status, 'cancelled');
});

test('a fit that takes longer than the worker allows is stopped, and is not tried again', async () => {
  const { batch } = await world.handOver(tinyPng(64, 62), ENDLESS);
  const bounds = { effort: 2, limits: UNTRUSTED_LIMITS, seconds: 1 };
  const worker = await world.startWorker('one', { bounds });
  const outcome = (await world.outcome(batch)) as FailedOutcome;
  assert.is(outcome.failure.code, 'E_LIMIT');
  assert.match(outcome.failure.message, /--time-limit/);
  await worker.stop();
});

test('a picture that was made before is not fitted again', async () => {
  const png = tinyPng(32, 30);
  const first = await world.handOver(png);
  const one = await world.startWorker('one');
  await world.outcome(first.batch);
  await until(() => one.reports.length === 1);
  const second = await world.handOver(png);
  assert.equal(await world.outcome(second.batch), await world.outcome(first.batch));
  await until(() => one.reports.length === 2);
  await one.stop();
  assert.equal(endsOf(one), ['done', 'known']);
});

test('a job that was handed back for a day is done in the end, and one that was for ever is put aside', async () => {
  const [good, bad] = [await world.handOver(tinyPng(32, 29)), await world.handOver(tinyPng(32, 28))];
  const queue = await world.farm.queue(LANE);
  // Where BullMQ counts how often a job was begun.
  await world.farm.redis.hset(queue.toKey(good.id), 'ats', 50);
  await world.farm.redis.hset(queue.toKey(bad.id), 'ats', 100);
  const worker = await world.startWorker('one');
  assert.is((await world.outcome(good.batch)).status, 'done');
  const { failure } = (await world.outcome(bad.batch)) as FailedOutcome;
  assert.match(failure.message, /handed back 100 times/);
  await worker.stop();
});

test('a job whose bytes are out of reach steps back for longer each time', async () => {
  const { id } = await world.handOver(tinyPng(32, 27));
  const queue = await world.farm.queue(LANE);
  const data = await world.dataOf(id);
  const shared = {
    ...data,
    picture: { ...(data.picture as object), source: { kind: 'shared', path: 'a.png' } },
  };
  await queue.remove(id);
  const name = jobIdOf(shared as unknown as FarmJob);
  await world.forge(name, shared);
  await world.farm.redis.hset(queue.toKey(name), 'ats', 3);
  const transfers = new Transfers({ redis: world.values, folder: null, addresses: [] });
  const worker = await world.startWorker('one', { transfers });
  await until(() => worker.reports.length === 1);
  const { redis, keys } = world.farm;
  await until(async () =>
    (await readBeats(redis, keys)).some(({ trouble }) => trouble?.text.includes('--root')),
  );
  await worker.stop();
  assert.equal(endsOf(worker), ['handed back']);
  assert.match(worker.warnings.join(), '--root');
  const job = await queue.getJob(name);
  assert.is(await job?.getState(), 'delayed');
  // It is the fourth start: 30 seconds, doubled three times.
  const seconds = Number(job?.delay) / 1000;
  assert.ok(seconds > 200 && seconds <= 240, `${seconds} s`);
  await queue.remove(name);
});

test('metrics are told without the queue while Redis is away', async () => {
  const { worker, stop } = await world.startWorker('one');
  await until(async () => (await worker.gauges()).lanes !== null);
  await world.redis.kill();
  const gauges = await Promise.race([worker.gauges(), sleep(20_000, null)]);
  await world.redis.start();
  await stop();
  assert.equal(gauges, { isRedisUp: false, active: 0, places: 1, lanes: null });
});

if (redisServer === null) skipped('farm worker', WITHOUT_REDIS);
else test.run();
