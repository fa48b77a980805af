/** @file How many jobs wait in the lanes of a worker, for its metrics. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Farm } from '../farm.ts';
import type { Gauges } from './metrics.ts';

/** Milliseconds that Redis has to answer: who asks for metrics waits for 10 s or so. */
const PATIENCE_MS = 1500;

/** Jobs of each lane by BullMQ's state; null where Redis does not answer in time. */
export async function queueCounts(farm: Farm, lanes: readonly string[]): Promise<Gauges['lanes']> {
  const counts = Promise.all(lanes.map(async (lane) => [lane, await countsOf(farm, lane)] as const));
  const entries = counts.then(Object.fromEntries).catch(() => null);
  return Promise.race([entries, sleep(PATIENCE_MS, null, { ref: false })]);
}

async function countsOf(farm: Farm, lane: string): Promise<Record<string, number>> {
  return (await farm.queue(lane)).getJobCounts();
}
