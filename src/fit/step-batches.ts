/** @file Training steps in batches of some time: an engine may hand the steps of a batch over together, and progress is told between batches. */

/** Milliseconds of a batch. */
const BATCH_MS = 200;

/**
 * Takes steps from `from` to before `to`. How they are cut into batches changes no result.
 * @param take takes the steps of a range
 */
export async function inBatches(
  from: number,
  to: number,
  take: (from: number, to: number) => Promise<void>,
): Promise<void> {
  let stepsPerBatch = 1;
  for (let at = from; at < to; ) {
    const started = performance.now();
    const end = Math.min(to, at + stepsPerBatch);
    await take(at, end);
    const milliseconds = performance.now() - started;
    stepsPerBatch = Math.max(1, Math.floor((BATCH_MS * (end - at)) / milliseconds));
    at = end;
  }
}
