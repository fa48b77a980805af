/** @file From a session's latents and weights to a file: both become integers. */

import type { QuantizedWeights } from '../../container/contents.ts';
import type { PyramidSession } from '../../engine/pyramid.ts';
import type { Latents } from '../../field/pyramid.ts';
import { type FittedFile, fileOf } from '../fitted.ts';
import type { ProgressMeter } from '../progress.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { optimizeLatents } from './rdoq.ts';
import { quantizeWeights } from './weight-search.ts';

/** The session as a file; its own parameters stay as they were fitted. @param lambda at which bits of weights and latents are weighed */
export async function finalize(
  session: PyramidSession,
  job: PyramidJob,
  lambda: number,
  meter: ProgressMeter,
): Promise<FittedFile> {
  meter.phase('quantize');
  const onWork = (steps: number): void => meter.did('quantize', steps);
  const before = await session.readWeights();
  const weights = await quantizeWeights(session, job, lambda, onWork);
  const latents = await optimizeLatents(session, job, lambda, onWork);
  session.writeWeights(before);
  return pyramidFile(job, weights, latents);
}

export function pyramidFile(
  { raster, model, segmentation, start, preset }: PyramidJob,
  weights: QuantizedWeights,
  latents: Latents,
): Promise<FittedFile> {
  const pyramid = { model, latents, start: start.id };
  const { spec } = model.field;
  return fileOf({ ...raster, spec, segmentation, preset, weights, pyramid }, raster);
}
