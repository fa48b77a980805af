/** @file Handing a batch over and hearing of its rows, with a ledger in Redis and no workers: this test settles jobs by itself. */

import { createHash } from 'node:crypto';
import { LoecError } from '../../src/errors.ts';
import type { BatchRecord, BatchRow } from '../../src/farm/batch-record.ts';
import { createBatch, readBatch, rowsAt } from '../../src/farm/batches.ts';
import { type Beat, tellBeat } from '../../src/farm/beat.ts';
import { loadPackages } from '../../src/farm/connection.ts';
import type { Farm } from '../../src/farm/farm.ts';
import { LIFE } from '../../src/farm/keys.ts';
import { ByteWindow } from '../../src/farm/producer/byte-window.ts';
import { Collector } from '../../src/farm/producer/collector.ts';
import { HandOver, type HandOverSettings } from '../../src/farm/producer/hand-over.ts';
import { isStuck } from '../../src/farm/producer/lane-status.ts';
import { type BatchStatus, cancelBatch, farmStatus, retryBatch } from '../../src/farm/producer/manage.ts';
import type { OfferedPicture } from '../../src/farm/producer/read-pictures.ts';
import { releaseRows, wantedOf } from '../../src/farm/release.ts';
import { sweep } from '../../src/farm/sweep.ts';
import { assert, skipped, suite } from '../harness.ts';
import { doneWith } from './done-outcome.ts';
import { FarmWorld } from './farm-world.ts';
import { redisServer, WITHOUT_REDIS } from './redis.ts';

const test = suite('farm producer');
const LANE = '9.9.9-any';
const NEVER = new AbortController().signal;

let world: FarmWorld;
let farm: Farm;
test.before(async () => {
  world = await FarmWorld.start();
  farm = world.farm;
});
test.before.each(async () => {
  await farm.redis.flushall();
});
test.after(() => world.end());

/** A batch; the pictures of a test are named after what is in them. */
async function newBatch(changes: Partial<BatchRecord> = {}): Promise<BatchRecord> {
  const file = { options: { effort: 1 }, orient: true, limits: {}, verify: false };
  const record: BatchRecord = {
    ...{ name: 'b', version: '9.9.9', created: Date.now(), base: '/', lane: LANE, file, output: {} },
    ...{ transfer: 'shared', priority: 0, ...changes },
  };
  assert.ok(await createBatch(farm, record));
  return record;
}

async function* offered(names: readonly string[]): AsyncGenerator<OfferedPicture> {
  for (const [index, input] of names.entries()) {
    const times = { mtimeMs: 1, atimeMs: 1, mode: 0o644 };
    yield { index, input, output: `${input}.loe`, isNamed: false, size: input.length, ...times };
  }
}

/** Hands pictures over. @returns those that failed, by index */
async function handOver(
  record: BatchRecord,
  names: readonly string[],
  changes: Partial<HandOverSettings> = {},
): Promise<number[]> {
  const settings: HandOverSettings = {
    ...{ farm, record, window: null, results: { hasResult: async () => true } },
    offering: { sourceOf: async () => ({ kind: 'redis' }), offer: async () => {} },
    read: async (input) => {
      if (input.startsWith('bad')) throw new LoecError('E_INPUT', 'no such file');
      return Buffer.from(input);
    },
    ...changes,
  };
  const failed: number[] = [];
  for await (const pictures of new HandOver(settings).run(offered(names), NEVER)) {
    failed.push(...pictures.filter((picture) => 'error' in picture).map(({ index }) => index));
  }
  return failed;
}

/** Pictures whose jobs are in the queue, by name. */
async function queued(): Promise<string[]> {
  const queue = await farm.queue(LANE);
  const jobs = await queue.getJobs(['prioritized', 'waiting', 'delayed', 'failed']);
  return jobs.map(({ data }) => data.file.name).sort();
}

/** Takes the job of a picture out of the queue and settles it, as a worker does. */
async function finish(name: string, outcome: 'done' | 'failed' = 'done'): Promise<void> {
  const queue = await farm.queue(LANE);
  const job = (await queue.getJobs()).find(({ data }) => data.file.name === name);
  assert.ok(job?.id, `${name} is not in the queue`);
  const sha256 = createHash('sha256').update(name).digest('hex');
  const failure = { code: 'E_INPUT', message: 'no', stack: undefined, cause: null } as const;
  const settled = outcome === 'done' ? doneWith(Buffer.from(name)) : ({ status: 'failed', failure } as const);
  await releaseRows(farm, await farm.ledger.settle({ id: job.id, sha256 }, settled));
  await job.remove();
}

test('pictures become rows and jobs, the same picture one job; one that is not there is told apart', async () => {
  const record = await newBatch();
  assert.equal(await handOver(record, ['a', 'bad', 'b', 'a']), [1]);
  assert.equal(await queued(), ['a', 'b']);
  const batch = await readBatch(farm, 'b');
  assert.equal([batch?.counts.rows, batch?.isWhole], [3, true]);
  await finish('a');
  assert.is((await readBatch(farm, 'b'))?.counts.done, 2);
});

test('what was made before is settled at once, without a job and without bytes, if its file is there', async () => {
  await handOver(await newBatch(), ['a']);
  await finish('a');
  const offering: string[] = [];
  const counting = {
    offering: {
      sourceOf: async () => ({ kind: 'redis' }) as const,
      offer: async (_: unknown, bytes: Uint8Array) => void offering.push(Buffer.from(bytes).toString()),
    },
  };
  await handOver(await newBatch({ name: 'c' }), ['a', 'b'], counting);
  assert.equal(await queued(), ['b']);
  assert.equal(offering, ['b']);
  assert.is((await readBatch(farm, 'c'))?.counts.done, 1);
  const gone = { results: { hasResult: async () => false } };
  await handOver(await newBatch({ name: 'd' }), ['a'], gone);
  assert.equal(await queued(), ['a', 'b']);
  await handOver(await newBatch({ name: 'e', salt: 'anew' }), ['a']);
  assert.equal(await queued(), ['a', 'a', 'b']);
});

test('a batch that was cut off is gone on with, and no other pictures take its place', async () => {
  const record = await newBatch();
  await handOver(record, ['a', 'b']);
  await finish('a');
  await handOver(record, ['a', 'b', 'c']);
  assert.equal(await queued(), ['b', 'c']);
  assert.is((await readBatch(farm, 'b'))?.counts.rows, 3);
  const error = await handOver(record, ['a', 'x', 'c']).catch((thrown: unknown) => thrown);
  assert.match((error as LoecError).message, /expected b as picture 2 of b, found x/);
});

test('a picture that cannot be offered waits for no job', async () => {
  const full = async (): Promise<void> => {
    throw new LoecError('E_LIMIT', 'too large');
  };
  const offering = { sourceOf: async () => ({ kind: 'redis' }) as const, offer: full };
  assert.equal(await handOver(await newBatch(), ['a'], { offering }), [0]);
  assert.equal(await queued(), []);
  assert.equal(await farm.redis.keys('*wanted'), []);
});

test('pictures whose bytes have no room wait until others are settled', async () => {
  const record = await newBatch();
  const window = new ByteWindow(250);
  const collector = await Collector.open(farm, 'b', async (index) => window.give(index));
  const names = Array.from({ length: 168 }, (_, i) => `${i}`.padStart(3, '0'));
  // A step has 84 pictures, of 252 bytes: the second one has to wait for all of the first.
  const handing = handOver(record, names, { window });
  while ((await queued()).length < 84) await new Promise((resolve) => setTimeout(resolve, 5));
  await collector.expect(names.map((_, i) => i));
  const listening = collector.run(NEVER);
  for (const name of names.slice(0, 84)) {
    assert.ok((await farm.redis.hlen(farm.keys.rows('b'))) === 84);
    await finish(name);
  }
  await handing;
  assert.is((await queued()).length, 84);
  await cancelBatch(farm, record);
  collector.finish();
  await listening;
});

test('whoever waits for room in vain hears that nobody wants it any more', async () => {
  const window = new ByteWindow(10);
  window.take(0, 10);
  const controller = new AbortController();
  const waiting = window.room(1, controller.signal).catch((thrown: unknown) => thrown);
  controller.abort();
  assert.is(((await waiting) as LoecError).code, 'E_ABORTED');
});

test('each row is told once, whether it was settled before or is settled later', async () => {
  const record = await newBatch();
  await handOver(record, ['a', 'b', 'c', 'a']);
  await finish('a');
  const heard: number[] = [];
  const collector = await Collector.open(farm, 'b', async (index) => void heard.push(index));
  await collector.expect([0, 1, 3]);
  collector.finish();
  const listening = collector.run(NEVER);
  await finish('c');
  await finish('b');
  await listening;
  assert.equal(heard.sort(), [0, 1, 3]);
});

test('of a batch with a share so many are in the queue, and the next ones come in their places', async () => {
  const record = await newBatch({ share: 2 });
  await handOver(record, ['a', 'b', 'c', 'd']);
  assert.equal(await queued(), ['a', 'b']);
  await finish('b', 'failed');
  assert.equal(await queued(), ['a', 'c']);
  await retryBatch(farm, record);
  await finish('a');
  await finish('c');
  assert.equal(await queued(), ['b', 'd']);
});

test('of a batch with a rate each job has its time', async () => {
  const created = Date.now();
  await handOver(await newBatch({ rate: 30, created }), ['a', 'b', 'c']);
  const jobs = await (await farm.queue(LANE)).getJobs();
  const begins = jobs.map(
    ({ timestamp, delay }) => (delay ?? 0) && (timestamp + (delay ?? 0) - created) / 1000,
  );
  // 2 s apart; what passes between two readings of the clock counts.
  assert.equal(begins.map(Math.round).sort(), [0, 2, 4]);
});

test('what is cancelled leaves the queue, but for jobs that others want', async () => {
  const record = await newBatch();
  await handOver(record, ['a', 'b', 'c']);
  await handOver(await newBatch({ name: 'c' }), ['c']);
  await finish('a');
  assert.is(await cancelBatch(farm, record), 2);
  assert.equal(await queued(), ['c']);
  const { batches } = await farmStatus(farm, 'b');
  const { done, cancelled, left, isCancelled } = batches[0] as BatchStatus;
  assert.equal({ done, cancelled, left, isCancelled }, { done: 1, cancelled: 2, left: 0, isCancelled: true });
  const error = await handOver(record, ['a', 'b', 'c', 'd']).catch((thrown: unknown) => thrown);
  assert.match((error as LoecError).message, /was cancelled/);
});

test('what has failed is tried again, and nothing else', async () => {
  const record = await newBatch();
  await handOver(record, ['a', 'b', 'c']);
  await finish('a');
  await finish('b', 'failed');
  assert.equal(await retryBatch(farm, record), { pictures: 1, gone: 0 });
  assert.equal(await queued(), ['b', 'c']);
  await finish('b');
  assert.equal((await readBatch(farm, 'b'))?.counts, { rows: 3, done: 2, failed: 0, cancelled: 0 });
});

test('what was cancelled is tried again where its picture is kept, and the batch goes on', async () => {
  const record = await newBatch({ transfer: 'redis', share: 1 });
  await handOver(record, ['a', 'b', 'c']);
  await finish('a');
  await cancelBatch(farm, record);
  assert.equal(await retryBatch(farm, record), { pictures: 0, gone: 2 });
  assert.is((await readBatch(farm, 'b'))?.isCancelled, true);
  const sha256 = createHash('sha256').update('b').digest('hex');
  await farm.redis.set(farm.keys.picture(sha256), 'b', 'EX', 100);
  assert.equal(await retryBatch(farm, record), { pictures: 1, gone: 1 });
  assert.ok((await farm.redis.ttl(farm.keys.picture(sha256))) > LIFE - 60);
  assert.equal(await queued(), ['b']);
  const batch = await readBatch(farm, 'b');
  assert.equal(batch?.counts, { rows: 3, done: 1, failed: 0, cancelled: 1 });
  assert.is(batch?.isCancelled, false);
});

test('the picture of what is cancelled is kept for an hour', async () => {
  const record = await newBatch();
  await handOver(record, ['a']);
  const key = farm.keys.picture(createHash('sha256').update('a').digest('hex'));
  await farm.redis.set(key, 'a', 'EX', LIFE);
  await cancelBatch(farm, record);
  const life = await farm.redis.ttl(key);
  assert.ok(life > 3000 && life <= 3600, `${life}`);
});

test('a retry that is cut off after its first step is ended by others', async () => {
  for (const share of [undefined, 1]) {
    await farm.redis.flushall();
    const record = await newBatch(share === undefined ? {} : { share });
    await handOver(record, ['a', 'b']);
    await finish('a', 'failed');
    const rows = await rowsAt(farm, 'b', [0]);
    await farm.ledger.reopen('b', [wantedOf(record, { index: 0, row: rows[0] as BatchRow })], false);
    await finish('b');
    await sweep(farm);
    assert.equal(await queued(), ['a'], `${share}`);
    await finish('a');
    assert.is((await readBatch(farm, 'b'))?.counts.done, 2);
  }
});

test('a status says what waits for a worker that is not there', async () => {
  await handOver(await newBatch(), ['a', 'b']);
  const { lanes, workers } = await farmStatus(farm);
  assert.equal(lanes, [{ lane: LANE, waiting: 2, active: 0, delayed: 0, handedBack: 0, workers: 0 }]);
  assert.equal(workers, []);
});

/** As a worker tells of itself. */
function beatOf(name: string, lane: string): Beat {
  return { name, host: 'h', pid: 1, version: '9.9.9', lanes: [lane], places: 1, jobs: [], trouble: null };
}

test('a status of one batch is of its queue and its workers; what they have handed back is told', async () => {
  await handOver(await newBatch(), ['a', 'b']);
  await handOver(await newBatch({ name: 'c', lane: '9.9.9-webgpu' }), ['a']);
  await handOver(await newBatch({ name: 'slow', rate: 1 }), ['c', 'd']);
  await tellBeat(farm.redis, farm.keys, beatOf('w', LANE));
  await tellBeat(farm.redis, farm.keys, beatOf('gpu', '9.9.9-webgpu'));
  const all = await farmStatus(farm);
  assert.equal([all.lanes.length, all.workers.length], [2, 2]);
  await handBackFirst();
  const { lanes, workers } = await farmStatus(farm, 'b');
  // One of the pictures with a rate has its time later, which is no worker's doing.
  assert.equal(lanes, [{ lane: LANE, waiting: 2, active: 0, delayed: 2, handedBack: 1, workers: 1 }]);
  assert.equal(
    workers.map(({ name }) => name),
    ['w'],
  );
  assert.equal(lanes.map(isStuck), [true]);
});

/** A worker takes the first job of the queue, and can't do it now. */
async function handBackFirst(): Promise<void> {
  const { bullmq } = await loadPackages();
  const line = farm.redis.duplicate();
  const worker = new bullmq.Worker(LANE, null, { connection: line, prefix: farm.keys.prefix });
  const job = await worker.getNextJob('token');
  await job?.moveToDelayed(Date.now() + 60_000, 'token');
  await worker.close();
  line.disconnect();
}

/** The first job of the queue fails there, and its worker has no time to settle it. @returns its picture */
async function failFirst(): Promise<string> {
  const { bullmq } = await loadPackages();
  const line = farm.redis.duplicate();
  const worker = new bullmq.Worker(LANE, null, { connection: line, prefix: farm.keys.prefix });
  const job = await worker.getNextJob('token');
  await job?.moveToFailed(new bullmq.UnrecoverableError('no one listens'), 'token', false);
  await worker.close();
  line.disconnect();
  return job?.data.file.name ?? '';
}

test('a job that has failed in the queue is tried anew for who wants it later', async () => {
  await handOver(await newBatch(), ['a']);
  assert.is(await failFirst(), 'a');
  await handOver(await newBatch({ name: 'c' }), ['a']);
  const counts = await (await farm.queue(LANE)).getJobCounts('prioritized', 'failed');
  assert.equal(counts, { prioritized: 1, failed: 0 });
});

test('a sweep adds jobs that were lost, and settles those that have failed without a word', async () => {
  await handOver(await newBatch(), ['a', 'b', 'c']);
  await handOver(await newBatch({ name: 's', share: 1 }), ['d', 'e']);
  await finish('c');
  const queue = await farm.queue(LANE);
  const jobs = await queue.getJobs();
  for (const { id = '' } of jobs) await queue.remove(id);
  assert.equal(await queued(), []);
  await sweep(farm);
  assert.equal(await queued(), ['a', 'b', 'd']);

  await failFirst();
  await farm.redis.del(farm.keys.sweep);
  await sweep(farm);
  const failed = (await farmStatus(farm)).batches.map((batch) => batch.failed);
  assert.is(
    failed.reduce((sum, count) => sum + count),
    1,
  );
});

test('a sweep lets what a batch waits for live on, as long as it is open', async () => {
  const record = await newBatch();
  await handOver(record, ['f', 'g']);
  const names = [
    ...farm.keys.ofBatch(record.name),
    ...(await farm.redis.keys(`${farm.keys.prefix}:job:*:wanted`)),
  ];
  const lives = async (): Promise<number[]> => {
    const all = await Promise.all(names.map((name) => farm.redis.ttl(name)));
    return all.filter((life) => life >= 0);
  };
  for (const name of names) await farm.redis.expire(name, 100);
  assert.is((await lives()).length, 4);
  await sweep(farm);
  assert.equal(
    (await lives()).filter((life) => life < LIFE - 60),
    [],
  );
});

if (redisServer === null) skipped('farm producer', WITHOUT_REDIS);
else test.run();
