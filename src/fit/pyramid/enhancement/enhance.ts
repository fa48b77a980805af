/**
 * @file An enhancement layer for a fit: where a bit is worth so little that the field's own latents would take more of them for what is
 * missing, or where nothing but the layer reaches what is asked for.
 */

import type { PyramidSession } from '../../../engine/pyramid.ts';
import { stepIndexOf } from '../../../field/quantizer.ts';
import { peakOf } from '../../../image/raster.ts';
import { rangeGain } from '../../../samples/mapping.ts';
import type { MappedPicture } from '../../../samples/to-outputs.ts';
import type { FileTarget, ScoreTarget } from '../../file-target.ts';
import { SQUARED_STEP } from '../calibration/enhancement.ts';
import type { FittedPyramid } from '../fitted-pyramid.ts';
import { enhancedFile } from '../pyramid-file.ts';
import type { PyramidJob } from '../pyramid-job.ts';
import { reaches } from '../target.ts';
import { type Missing, missingOf } from './missing.ts';
import { quantizeMissing } from './quantize.ts';

/** The fit with the layer of λ, or as it is if nothing that is missing is worth its bits. */
export async function enhancedAtLambda(
  session: PyramidSession,
  job: PyramidJob,
  fitted: FittedPyramid,
  lambda: number,
): Promise<FittedPyramid> {
  const missing = await missingOf(fitted.contents, job.mapped);
  const { enhancement } = quantizeMissing(missing, stepAt(lambda, job));
  const isEmpty = enhancement.planes.every((plane) => plane.every((latent) => latent === 0));
  return isEmpty ? fitted : enhancedFile(session, job, fitted, enhancement);
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
  const missing = await missingOf(fitted.contents, job.mapped);
  const file = (stepIndex: number): Promise<FittedPyramid> =>
    enhancedFile(session, job, fitted, quantizeMissing(missing, stepIndex).enhancement);
  return { missing, file };
}

async function finest({ file }: Layers, target: FileTarget, job: PyramidJob): Promise<FittedPyramid> {
  const fits = async (stepIndex: number) => reaches(target, await file(stepIndex));
  return file(await leastThat(fits, job));
}

async function coarsest(layers: Layers, target: ScoreTarget, job: PyramidJob): Promise<FittedPyramid> {
  const misses = isForeseeable(target, job)
    ? async (stepIndex: number) => expectedPsnr(layers.missing, stepIndex, job) < target.score
    : async (stepIndex: number) => !reaches(target, await layers.file(stepIndex));
  // What was expected of a step may be missed by a little, and a finer one makes up for it.
  for (let stepIndex = (await leastThat(misses, job)) - 1; ; stepIndex--) {
    const fitted = await layers.file(stepIndex);
    if (reaches(target, fitted) || stepIndex <= leastStep(job)) return fitted;
  }
}

/** So many dB below that of rounding alone, the PSNR of a file is what is expected of it; above, rounding undoes errors. */
const ROUNDING_MARGIN = 7;

/** Whether the error of a file follows from that of its outputs. */
function isForeseeable({ kind, score }: ScoreTarget, { mapped }: PyramidJob): boolean {
  const rounding = -10 * Math.log10(roundingError(mapped));
  return kind === 'psnr' && mapped.samples.alpha.kind !== 'output' && score < rounding - ROUNDING_MARGIN;
}

function expectedPsnr(missing: Missing, stepIndex: number, { mapped }: PyramidJob): number {
  const { samples, picture } = mapped;
  const outputs = 10 ** (-rangeGain(samples, picture.depth) / 10);
  const { error } = quantizeMissing(missing, stepIndex);
  return -10 * Math.log10((error / 4) * outputs + roundingError(mapped));
}

/** The squared error of rounding to samples, uniform within half of one, of values in [0, 1]. */
function roundingError({ picture }: MappedPicture): number {
  return 1 / (12 * peakOf(picture.depth) ** 2);
}

/** Of the whole range of values: nothing that is missing is as large. */
const LARGEST_STEP = stepIndexOf(4);

/** A quarter of a sample's: with such steps nothing is missing any more. */
function leastStep({ mapped: { samples } }: PyramidJob): number {
  return stepIndexOf(2 / Math.max(1, samples.high - samples.low) / 4);
}

/** The least index that passes, if all from it on do. */
async function leastThat(passes: (stepIndex: number) => Promise<boolean>, job: PyramidJob): Promise<number> {
  let [low, high] = [leastStep(job), LARGEST_STEP];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
