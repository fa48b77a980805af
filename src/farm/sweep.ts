/**
 * @file Mends what crashes leave: jobs that have failed without a word, rows without a job, workers that are gone. Workers and collectors
 * call it now and then; what it does twice is the same as once.
 */

import type { Queue } from 'bullmq';
import type { BatchRecord } from './batch-record.ts';
import { type IndexedRow, readBatches, renewBatch, rowsAt, type StoredBatch, scanRows } from './batches.ts';
import { forgetWorkers } from './beat.ts';
import type { Farm } from './farm.ts';
import type { FarmJob } from './job.ts';
import { allOf, type WantedRow } from './ledger.ts';
import { addRows, releaseRows, wantedOf } from './release.ts';

/** Milliseconds between two calls, of each process. */
export const SWEEP_EVERY_MS = 30_000;

/** Milliseconds in which only one of all processes does it. */
const EXCLUSIVE_MS = 25_000;

/** What is looked at in one turn, at most: batches, rows of each, and failed jobs of each lane. */
const MOST_BATCHES = 1000;
const MOST_ROWS = 1000;
const MOST_FAILED = 100;

export async function sweep(farm: Farm): Promise<void> {
  const isOurs = await farm.redis.set(farm.keys.sweep, '1', 'PX', EXCLUSIVE_MS, 'NX');
  if (isOurs === null) return;
  await forgetWorkers(farm.redis, farm.keys);
  const batches = (await readBatches(farm, MOST_BATCHES)).filter(isOpen);
  for (const lane of new Set(batches.map(({ record }) => record.lane))) await settleFailed(farm, lane);
  const failures: unknown[] = [];
  // What is wrong with one keeps nobody from the others.
  for (const { record } of batches) {
    await sweepBatch(farm, record).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function sweepBatch(farm: Farm, record: BatchRecord): Promise<void> {
  const next = await nextRows(farm, record);
  await renewBatch(farm, record.name);
  await farm.ledger.renew(next);
  await addLost(farm, record, record.share === undefined ? next : await releasedRows(farm, record));
}

function isOpen({ counts: { rows, done, failed, cancelled }, isCancelled }: StoredBatch): boolean {
  return !isCancelled && done + failed + cancelled < rows;
}

/** Whoever had to settle them did not come to it. */
async function settleFailed(farm: Farm, lane: string): Promise<void> {
  const queue = await farm.queue(lane);
  const ids = await farm.redis.zrange(queue.toKey('failed'), 0, MOST_FAILED - 1);
  if (ids.length === 0) return;
  const areWanted = await farm.ledger.areWanted(ids);
  for (const [i, id] of ids.entries()) {
    if (areWanted[i]) await settleOne(farm, queue, id);
    await queue.remove(id);
  }
}

async function settleOne(farm: Farm, queue: Queue<FarmJob>, id: string): Promise<void> {
  const job = await queue.getJob(id);
  if (!job) return;
  const message = `put aside by the queue: ${job.failedReason}`;
  const failure = { code: 'E_ENGINE', message, stack: undefined, cause: null } as const;
  await releaseRows(farm, await farm.ledger.settle({ id, sha256: '' }, { status: 'failed', failure }));
}

/** Adds the jobs of rows that are not settled and have none. */
async function addLost(farm: Farm, record: BatchRecord, rows: readonly SweptRow[]): Promise<void> {
  const queue = await farm.queue(record.lane);
  const pipeline = farm.redis.pipeline();
  for (const { id } of rows) pipeline.exists(queue.toKey(id));
  const exist = await allOf(pipeline.exec());
  const lost = rows.filter((_, i) => exist[i] === 0);
  // Read after the jobs: one that has ended meanwhile was settled before it went.
  const indices = lost.map(({ index }) => index);
  const outcomes = await farm.ledger.outcomes(record.name, indices);
  const open = lost.filter((_, i) => outcomes[i] === null);
  await addRows(
    farm,
    record,
    open.map(({ row }) => row),
  );
}

/** A row and the job that it wants. */
type SweptRow = IndexedRow & WantedRow;

function sweptRow(record: BatchRecord, row: IndexedRow): SweptRow {
  return { ...row, ...wantedOf(record, row) };
}

/** Other rows in each turn, until all have had theirs. */
async function nextRows(farm: Farm, record: BatchRecord): Promise<SweptRow[]> {
  const { name } = record;
  const key = farm.keys.batch(name);
  const cursor = (await farm.redis.hget(key, 'swept')) ?? '0';
  const [rows, next] = await scanRows(farm, name, cursor, MOST_ROWS);
  await farm.redis.hset(key, 'swept', next);
  return rows.map((row) => sweptRow(record, row));
}

/** Those that have a place in the queue, when the free ones have been given. */
async function releasedRows(farm: Farm, record: BatchRecord): Promise<SweptRow[]> {
  const { name } = record;
  await releaseRows(farm, await farm.ledger.release(name));
  const indices = (await farm.redis.smembers(farm.keys.released(name))).map(Number);
  const rows = await rowsAt(farm, name, indices);
  return indices.flatMap((index, i) => {
    const row = rows[i];
    return row ? [sweptRow(record, { index, row })] : [];
  });
}
