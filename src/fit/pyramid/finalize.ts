/** @file From a session's latents and weights to a file: both become integers. */

import type { PyramidSession } from '../../engine/pyramid.ts';
import type { ProgressMeter } from '../progress-meter.ts';
import type { FittedPyramid } from './fitted-pyramid.ts';
import { pyramidFile } from './pyramid-file.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { quantizeWeights } from './quantize-weights.ts';
import { optimizeLatents } from './rdoq.ts';

/** The session as a file; its own parameters stay as they were fitted. @param lambda at which bits of weights and latents are weighed */
export async function finalize(
  session: PyramidSession,
  given: PyramidJob,
  lambda: number,
  meter: ProgressMeter,
): Promise<FittedPyramid> {
  const job = given.journal.isHurried ? roughly(given) : given;
  meter.phase('quantize');
  const onWork = (steps: number): void => meter.did('quantize', steps);
  const before = await session.readWeights();
  const weights = await quantizeWeights(session, job, lambda, onWork);
  const latents = await optimizeLatents(session, job, lambda, onWork);
  session.writeWeights(before);
  return pyramidFile(session, job, weights, latents);
}

/**
 * The job without the search of single weights, whose small gain does not matter to an estimate, and without trials of latents, which gain
 * more at half a fit than at its end.
 */
export function roughly(job: PyramidJob): PyramidJob {
  return { ...job, effort: { ...job.effort, refinements: 0, trials: 0 } };
}
