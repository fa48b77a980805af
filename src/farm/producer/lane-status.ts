/** @file How many jobs a queue of a farm has, and what they wait for. */

import type { Queue } from 'bullmq';
import type { Beat } from '../beat.ts';
import type { Farm } from '../farm.ts';
import type { FarmJob } from '../job.ts';

/** Jobs that are asked whether a worker has handed them back. */
const MOST_ASKED = 1000;

/** Jobs of a queue by what they wait for. */
export interface LaneStatus {
  readonly lane: string;
  readonly waiting: number;
  readonly active: number;
  /** That have a time to begin at. */
  readonly delayed: number;
  /** Of the delayed ones, those that workers have begun and could not do then; counted up to a thousand. */
  readonly handedBack: number;
  /** Workers that take jobs from it. */
  readonly workers: number;
}

/** @param beats of all workers */
export async function laneStatus(farm: Farm, lane: string, beats: readonly Beat[]): Promise<LaneStatus> {
  const queue = await farm.queue(lane);
  const counts = await queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed');
  const { waiting = 0, prioritized = 0, active = 0, delayed = 0 } = counts;
  const handedBack = delayed > 0 ? await countHandedBack(queue) : 0;
  const workers = beats.filter(({ lanes }) => lanes.includes(lane)).length;
  return { lane, waiting: waiting + prioritized, active, delayed, handedBack, workers };
}

async function countHandedBack(queue: Queue<FarmJob>): Promise<number> {
  const jobs = await queue.getJobs(['delayed'], 0, MOST_ASKED - 1);
  // Between the two questions one may have gone.
  return jobs.filter((job) => job && job.attemptsStarted > 0).length;
}

/** Whether workers are there and do nothing, since they could not do what there is. */
export function isStuck({ workers, active, handedBack }: LaneStatus): boolean {
  return workers > 0 && active === 0 && handedBack > 0;
}
