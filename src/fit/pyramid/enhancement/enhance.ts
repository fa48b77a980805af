/**
 * @file An enhancement layer for a fit: where a bit is worth so little that the field's own latents would take more of them for what is
 * missing, or where nothing but the layer reaches what is asked for.
 */

import type { PyramidSession } from '../../../engine/pyramid.ts';
import { stepIndexOf } from '../../../field/quantizer.ts';
import { peakOf } from '../../../image/raster.ts';
import type { FileTarget, ScoreTarget } from '../../file-target.ts';
import { SQUARED_STEP } from '../calibration/enhancement.ts';
import type { FittedPyramid } from '../fitted-pyramid.ts';
import { enhancedFile } from '../pyramid-file.ts';
import type { PyramidJob } from '../pyramid-job.ts';
import { reaches } from '../target.ts';
import { type Missing, missingOf } from './missing.ts';
import { quantizeMissing } from './quantize.ts';

/** The fit with the layer of λ. */
export async function enhancedAtLambda(
  session: PyramidSession,
  job: PyramidJob,
  fitted: FittedPyramid,
  lambda: number,
): Promise<FittedPyramid> {
  const { file } = await layersOf(session, job, fitted);
  return file(stepAt(lambda, job));
}

/** The index of the step at which the squared error and bits of a uniform quantizer cost the same. */
function stepAt(lambda: number, { model }: PyramidJob): number {
  return stepIndexOf(Math.sqrt(SQUARED_STEP * model.channels * lambda));
}

/**
 * The fit with the coarsest layer that takes it to a score, or with the finest that bytes allow.
 * @param fitted misses the score, or has fewer bytes
 */
export async function enhancedToTarget(
  session: PyramidSession,
  job: PyramidJob,
  fitted: FittedPyramid,
  target: FileTarget,
): Promise<FittedPyramid> {
  const layers = await layersOf(session, job, fitted);
  return target.kind === 'bytes' ? finest(layers, target, job) : coarsest(layers, target, job);
}

interface Layers {
  readonly missing: Missing;
  readonly file: (stepIndex: number) => Promise<FittedPyramid>;
}

async function layersOf(session: PyramidSession, job: PyramidJob, fitted: FittedPyramid): Promise<Layers> {
  const missing = await missingOf(fitted.contents, job.raster);
  const file = (stepIndex: number): Promise<FittedPyramid> =>
    enhancedFile(session, job, fitted, quantizeMissing(missing, stepIndex).enhancement);
  return { missing, file };
}

async function finest({ file }: Layers, target: FileTarget, job: PyramidJob): Promise<FittedPyramid> {
  const fits = async (stepIndex: number) => reaches(target, await file(stepIndex));
  return file(await leastThat(fits, job));
}

async function coarsest(layers: Layers, target: ScoreTarget, job: PyramidJob): Promise<FittedPyramid> {
  const misses =
    target.kind === 'psnr' && target.score < roundingPsnr(job) - ROUNDING_MARGIN
      ? async (stepIndex: number) => expectedPsnr(layers.missing, stepIndex, job) < target.score
      : async (stepIndex: number) => !reaches(target, await layers.file(stepIndex));
  // Samples are rounded: what was expected of a step may be missed by a little, and a finer one makes up for it.
  for (let stepIndex = (await leastThat(misses, job)) - 1; ; stepIndex--) {
    const fitted = await layers.file(stepIndex);
    if (reaches(target, fitted) || stepIndex <= LEAST_STEP[job.raster.depth]) return fitted;
  }
}

/** Of the whole range of values: nothing that is missing is as large. */
const LARGEST_STEP = stepIndexOf(4);

/** Steps of a quarter of a sample's: with them nothing is missing any more. */
const LEAST_STEP = { 8: stepIndexOf(2 / 255 / 4), 16: stepIndexOf(2 / 65535 / 4) } as const;

/** So many dB below that of rounding alone, the PSNR of a file is what is expected of it; above, rounding undoes errors. */
const ROUNDING_MARGIN = 7;

/** Of samples that are rounded, with errors of their own. */
function expectedPsnr(missing: Missing, stepIndex: number, job: PyramidJob): number {
  return -10 * Math.log10(quantizeMissing(missing, stepIndex).error / 4 + 10 ** (-roundingPsnr(job) / 10));
}

/** The error of rounding is uniform within half a sample. */
function roundingPsnr({ raster }: PyramidJob): number {
  return 10 * Math.log10(12 * peakOf(raster.depth) ** 2);
}

/** The least index that passes, if all from it on do. */
async function leastThat(
  passes: (stepIndex: number) => Promise<boolean>,
  { raster }: PyramidJob,
): Promise<number> {
  let [low, high] = [LEAST_STEP[raster.depth], LARGEST_STEP];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
