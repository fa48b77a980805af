/** @file From rows of batches to jobs in their queue. */

import type { JobsOptions, Queue } from 'bullmq';
import { type BatchRecord, type BatchRow, jobOf } from './batch-record.ts';
import { type IndexedRow, readBatch, rowsAt } from './batches.ts';
import type { Farm } from './farm.ts';
import type { FarmJob } from './job.ts';
import { jobIdOf } from './job-id.ts';
import type { RowAddress, WantedRow } from './ledger.ts';
import { priorityOf } from './priority.ts';

/** Jobs that are sent at a time. */
const CHUNK = 250;

const MINUTE_MS = 60_000;

/**
 * Adds the jobs of rows; those that are in the queue stay as they are, those that have failed there are tried anew.
 * @param first of a batch with a rate, the number of its rows that came before these
 */
export async function addRows(
  farm: Farm,
  record: BatchRecord,
  rows: readonly BatchRow[],
  first = 0,
): Promise<void> {
  const queue = await farm.queue(record.lane);
  const jobs = rows.map((row, i) => {
    const data = jobOf(record, row);
    return { name: 'fit', data, opts: optionsOf(record, data, first + i) };
  });
  for (let at = 0; at < jobs.length; at += CHUNK) {
    const chunk = jobs.slice(at, at + CHUNK);
    const ids = chunk.map(({ opts }) => opts.jobId);
    await removeFailed(farm, queue, ids);
    await queue.addBulk(chunk);
  }
}

function optionsOf(
  { priority, created, rate }: BatchRecord,
  job: FarmJob,
  position: number,
): JobsOptions & { jobId: string } {
  const begins = rate === undefined ? 0 : created + (position * MINUTE_MS) / rate;
  return {
    jobId: jobIdOf(job),
    priority: priorityOf(job.picture.bytes, priority, created),
    delay: Math.max(0, Math.round(begins - Date.now())),
  };
}

/** BullMQ adds no job of a name that is there, and keeps those that have failed. */
async function removeFailed({ redis }: Farm, queue: Queue<FarmJob>, ids: readonly string[]): Promise<void> {
  const scores = await redis.zmscore(queue.toKey('failed'), ...ids);
  for (const [i, id] of ids.entries()) if (scores[i] !== null) await queue.remove(id);
}

/** Adds rows that have a place in the queue, as `Ledger.settle` and `Ledger.release` have said. */
export async function releaseRows(farm: Farm, addresses: readonly RowAddress[]): Promise<void> {
  for (const name of new Set(addresses.map(({ batch }) => batch))) {
    const batch = await readBatch(farm, name);
    if (batch === null) continue;
    const indices = addresses.filter((address) => address.batch === name).map(({ index }) => index);
    const rows = await rowsAt(farm, name, indices);
    await addRows(
      farm,
      batch.record,
      rows.filter((row) => row !== null),
    );
  }
}

/** Adds rows that were kept just now, or where their batch has a share, those whose turn it is. @param first as of {@link addRows} */
export async function enterRows(
  farm: Farm,
  record: BatchRecord,
  rows: readonly BatchRow[],
  first = 0,
): Promise<void> {
  if (record.share === undefined) await addRows(farm, record, rows, first);
  else await releaseRows(farm, await farm.ledger.release(record.name));
}

/** A row as the ledger knows it. */
export function wantedOf(record: BatchRecord, { index, row }: IndexedRow): WantedRow {
  return { index, id: jobIdOf(jobOf(record, row)), sha256: row.picture.sha256 };
}
