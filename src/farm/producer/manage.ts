/** @file What can be done with batches by their names, from any machine. */

import type { BatchRecord } from '../batch-record.ts';
import {
  allRows,
  type BatchCounts,
  type IndexedRow,
  readBatch,
  readBatches,
  type StoredBatch,
  setBatch,
} from '../batches.ts';
import type { Beat } from '../beat.ts';
import { readBeats } from '../beat.ts';
import type { Farm } from '../farm.ts';
import { enterRows, wantedOf } from '../release.ts';
import { type LaneStatus, laneStatus } from './lane-status.ts';

/** Batches that a status has, the newest. */
const MOST_BATCHES = 1000;

export interface BatchStatus extends BatchCounts, Pick<BatchRecord, 'name' | 'created' | 'base' | 'lane'> {
  /** That are not settled yet. */
  readonly left: number;
  readonly isWhole: boolean;
  readonly isCancelled: boolean;
}

export interface FarmStatus {
  readonly batches: readonly BatchStatus[];
  readonly lanes: readonly LaneStatus[];
  readonly workers: readonly Beat[];
}

/** @param name of the only batch that is asked for, with its queue and the workers that serve it; nothing is there where it is unknown */
export async function farmStatus(farm: Farm, name?: string): Promise<FarmStatus> {
  const found = name === undefined ? await readBatches(farm, MOST_BATCHES) : [await readBatch(farm, name)];
  const batches = found.filter((batch) => batch !== null).map(statusOf);
  const beats = await readBeats(farm.redis, farm.keys);
  const ours = new Set(batches.map(({ lane }) => lane));
  const workers =
    name === undefined ? beats : beats.filter(({ lanes }) => lanes.some((lane) => ours.has(lane)));
  const names = name === undefined ? lanesOf(batches, workers) : ours;
  const lanes = await Promise.all([...names].sort().map((lane) => laneStatus(farm, lane, workers)));
  return { batches, lanes, workers };
}

/** That have something to do, or somebody who would. */
function lanesOf(batches: readonly BatchStatus[], workers: readonly Beat[]): Set<string> {
  const open = batches.filter(({ left }) => left > 0).map(({ lane }) => lane);
  return new Set([...open, ...workers.flatMap(({ lanes }) => lanes)]);
}

function statusOf({ record, counts, isWhole, isCancelled }: StoredBatch): BatchStatus {
  const { name, created, base, lane } = record;
  const left = counts.rows - counts.done - counts.failed - counts.cancelled;
  return { name, created, base, lane, ...counts, left, isWhole, isCancelled };
}

/**
 * Gives up all that is not settled. Workers stop what nobody else wants.
 * @returns how many pictures
 */
export async function cancelBatch(farm: Farm, record: BatchRecord): Promise<number> {
  const { name, lane } = record;
  await setBatch(farm, name, 'isCancelled');
  await farm.redis.del(farm.keys.pending(name));
  const queue = await farm.queue(lane);
  let count = 0;
  for await (const rows of allRows(farm, name)) {
    const open = await openRows(farm, name, rows);
    const wanted = open.map((row) => wantedOf(record, row));
    const unwanted = await farm.ledger.settleRows(name, wanted, { status: 'cancelled' });
    // Those that are being done stay; their workers hear that nobody wants them.
    await Promise.all(unwanted.map((id) => queue.remove(id)));
    count += open.length;
  }
  return count;
}

async function openRows(farm: Farm, name: string, rows: readonly IndexedRow[]): Promise<IndexedRow[]> {
  const indices = rows.map(({ index }) => index);
  const outcomes = await farm.ledger.outcomes(name, indices);
  return rows.filter((_, i) => outcomes[i] === null);
}

/** Pictures of a batch by what a retry could do for them. */
export interface Retried {
  /** That are in the queue again. */
  readonly pictures: number;
  /** That were to be, and are not kept any more. */
  readonly gone: number;
}

/** Puts what has failed or was cancelled into the queue again. */
export async function retryBatch(farm: Farm, record: BatchRecord): Promise<Retried> {
  const { name, transfer } = record;
  let [pictures, gone] = [0, 0];
  for await (const rows of allRows(farm, name)) {
    const wanted = rows.map((row) => wantedOf(record, row));
    const found = await farm.ledger.reopen(name, wanted, transfer === 'redis');
    const indices = new Set(found.reopened);
    const reopened = rows.filter(({ index }) => indices.has(index)).map(({ row }) => row);
    await enterRows(farm, record, reopened);
    pictures += reopened.length;
    gone += found.gone.length;
  }
  return { pictures, gone };
}
