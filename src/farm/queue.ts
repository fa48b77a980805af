/** @file How BullMQ is used: all of its settings. */

import type { Queue, QueueOptions, WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import { loadPackages } from './connection.ts';
import type { FarmJob } from './job.ts';
import type { Keys } from './keys.ts';

/** Times that a picture may end the process that fits it before it is put aside. */
export const MOST_DEATHS = 3;

/** Times that a job is taken from a worker that is silent. Its machine was at fault, or whoever killed it, more likely than the picture. */
const MOST_STALLS = 9;

/** Times that a job is begun: one whose bytes nobody reaches is given up after four days, see {@link troubleDelay}. */
export const MOST_STARTS = 100;

/**
 * Milliseconds until a job whose bytes could not be moved is taken again: twice as long each time, an hour at most, so that others have their turn.
 * @param starts how often it was begun
 */
export function troubleDelay(starts: number): number {
  return Math.min(3_600_000, 30_000 * 2 ** (starts - 1));
}

/** Milliseconds after which another process is tried. */
const DELAY_MS = 1000;

/** What queues and workers share. Nothing reads BullMQ's events. */
function common(redis: Redis, keys: Keys): QueueOptions {
  return {
    connection: redis,
    prefix: keys.prefix,
    // It would write to the console by itself; `checkServer` tells of the same.
    skipVersionCheck: true,
    streams: { events: { maxLen: 100 } },
  };
}

/** The producers' side of a lane. */
export async function openQueue(redis: Redis, keys: Keys, lane: string): Promise<Queue<FarmJob>> {
  const { Queue } = (await loadPackages()).bullmq;
  const defaultJobOptions = {
    attempts: MOST_DEATHS,
    backoff: { type: 'fixed', delay: DELAY_MS },
    removeOnComplete: true,
  };
  const queue = new Queue<FarmJob>(lane, { ...common(redis, keys), defaultJobOptions });
  // Calls wait until a lost connection is back; who waits with them says so.
  queue.on('error', () => {});
  return queue;
}

/**
 * The workers' side.
 * @param lockSeconds after which a silent worker's jobs are taken by others
 * @param places jobs at a time
 */
export function workerOptions(redis: Redis, keys: Keys, lockSeconds: number, places: number): WorkerOptions {
  return {
    ...common(redis, keys),
    connection: redis.duplicate(),
    concurrency: places,
    lockDuration: 1000 * lockSeconds,
    stalledInterval: 1000 * lockSeconds,
    maxStalledCount: MOST_STALLS,
    maxStartedAttempts: MOST_STARTS,
    removeOnComplete: { count: 0 },
  };
}
