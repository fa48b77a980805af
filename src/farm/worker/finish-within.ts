/** @file What a worker that is to end does with the jobs that it has. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { ActiveJob } from './active-job.ts';

/** Milliseconds between two looks at how far fits are. */
const LOOK_MS = 100;

/** Waits for jobs that end within the grace, by their own account, and stops the others. @param grace in seconds */
export async function finishWithin(grace: number, active: () => readonly ActiveJob[]): Promise<void> {
  const began = performance.now();
  for (;;) {
    const left = grace - (performance.now() - began) / 1000;
    for (const job of active()) if (left <= 0 || job.secondsLeft > left) job.stop('ending');
    if (active().every(({ reason }) => reason !== null)) return;
    await sleep(LOOK_MS);
  }
}
