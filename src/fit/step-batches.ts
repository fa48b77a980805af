/** @file Training steps in batches of some time: an engine may hand the steps of a batch over together, and progress is told between batches. */

import type { Journal } from './journal/journal.ts';

/** Milliseconds of a batch. */
const BATCH_MS = 200;

/**
 * Takes steps from `from` to before `to`, or fewer where the fit is to finish with what there is. How they are cut into batches changes no
 * result.
 * @param take takes the steps of a range
 */
export async function inBatches(
  journal: Journal,
  from: number,
  to: number,
  take: (from: number, to: number) => Promise<void>,
): Promise<void> {
  let stepsPerBatch = 1;
  for (let at = from; at < to && !journal.isHurried; ) {
    const { isReplaying } = journal;
    const started = performance.now();
    const count = Math.min(stepsPerBatch, to - at);
    await take(at, at + count);
    at += count;
    // Steps of a journal take no time, and say nothing of those to come.
    if (isReplaying) continue;
    const milliseconds = performance.now() - started;
    stepsPerBatch = Math.max(1, Math.floor((BATCH_MS * count) / milliseconds));
  }
}
