/** @file The SSIMULACRA2 of a fit under way. */

import type { PyramidSession } from '../../engine/pyramid.ts';
import type { Raster } from '../../image/raster.ts';
import type { Ssimulacra2 } from '../fitted.ts';
import { drawnBy } from './drawn.ts';
import type { PyramidJob } from './pyramid-job.ts';

/** Of what the session draws, at the picture's size. */
export function scoreSession(session: PyramidSession, job: PyramidJob): Promise<number> {
  return job.journal.recall(async () =>
    (job.ssimulacra2 as Ssimulacra2)((await drawnBy(session, job)) as Raster),
  );
}
