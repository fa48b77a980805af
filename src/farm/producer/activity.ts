/** @file Who works on a batch now, and how far they are. */

import type { BatchRecord } from '../batch-record.ts';
import { type BeatJob, readBeats } from '../beat.ts';
import type { Farm } from '../farm.ts';
import { allOf } from '../ledger.ts';

export interface Activity {
  /** That take jobs of the batch's lane. */
  readonly workers: number;
  /** Whether they do nothing. */
  readonly isIdle: boolean;
  /** Jobs that rows of the batch wait for, and the rows. */
  readonly jobs: readonly { readonly job: BeatJob; readonly indices: readonly number[] }[];
}

export async function activityOf(farm: Farm, { name, lane }: BatchRecord): Promise<Activity> {
  const beats = (await readBeats(farm.redis, farm.keys)).filter(({ lanes }) => lanes.includes(lane));
  const jobs = beats.flatMap((beat) => beat.jobs);
  const pipeline = farm.redis.pipeline();
  for (const { id } of jobs) pipeline.smembers(farm.keys.wanted(id));
  const wanted = (await allOf(pipeline.exec())) as string[][];
  const ours = jobs.map((job, i) => ({ job, indices: indicesOf(name, wanted[i] ?? []) }));
  return {
    workers: beats.length,
    isIdle: jobs.length === 0,
    jobs: ours.filter(({ indices }) => indices.length > 0),
  };
}

function indicesOf(name: string, rows: readonly string[]): number[] {
  const prefix = `${name}/`;
  return rows.filter((row) => row.startsWith(prefix)).map((row) => Number(row.slice(prefix.length)));
}
