/** @file A second worker for a picture of which many parts are wanted. */

import type { Limits } from '../../limits.ts';
import { takeSecondLink } from './decode-workers.ts';
import type { Wanted } from './messages.ts';
import type { Urgency } from './queue.ts';
import { WorkerPicture } from './worker-picture.ts';

/** What makes a worker read all of a picture. */
const ONE_PIXEL: Wanted = {
  as: 'pixels',
  output: { crop: { x: 0, y: 0, width: 1, height: 1 } },
  colorSpace: undefined,
};

/**
 * Resolves once it has read the file and takes its part of the work.
 * @param file its parts, which are given away
 * @param urgency whose signal ends it
 * @returns null where there is no core for it, and where it fails: the first does all of the work then
 */
export async function openInSecondWorker(
  first: WorkerPicture,
  file: readonly Uint8Array<ArrayBuffer>[],
  limits: Partial<Limits>,
  urgency: Urgency,
): Promise<WorkerPicture | null> {
  const link = takeSecondLink(first.link);
  if (!link) return null;
  const second = new WorkerPicture(link);
  try {
    await second.open(limits, urgency.signal);
    for (const bytes of file) await second.append(bytes, urgency.signal);
    await second.end(urgency.signal);
    await second.render(ONE_PIXEL, urgency);
    if (!first.isClosed) return second;
  } catch {
    // Nobody waits for it.
  }
  second.close();
  return null;
}
