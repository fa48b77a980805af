/**
 * @file An enhancement layer for a fit: where a bit is worth so little that the field's own latents would take more of them for what is
 * missing, or where nothing but the layer reaches what is asked for.
 */

import type { PyramidSession } from '../../../engine/pyramid.ts';
import { encodeEnhancement } from '../../../entropy/encode-enhancement.ts';
import { type Enhancement, MAX_ENHANCEMENT } from '../../../field/enhancement.ts';
import { clampStepIndex, stepIndexOf } from '../../../field/quantizer.ts';
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
  const layers = await layersOf(session, job, fitted);
  const stepIndex = Math.max(stepAt(lambda, job), layers.least);
  const enhancement = layers.enhancement(stepIndex);
  if (enhancement.planes.every((plane) => plane.every((latent) => latent === 0))) return fitted;
  return notFinerThanLossless(await enhancedFile(session, job, fitted, enhancement), layers, job);
}

/** The index of the step at which the squared error and bits of a uniform quantizer cost the same. */
function stepAt(lambda: number, { model }: PyramidJob): number {
  return stepIndexOf(Math.sqrt(SQUARED_STEP * model.channels * lambda));
}

/**
 * The fit with the coarsest layer that takes it to a score, or with the finest that bytes allow.
 * @param fitted without a layer; misses the score, or has fewer bytes
 */
export async function enhancedToTarget(
  session: PyramidSession,
  job: PyramidJob,
  fitted: FittedPyramid,
  target: FileTarget,
): Promise<FittedPyramid> {
  const layers = await layersOf(session, job, fitted);
  return target.kind === 'bytes' ? finest(layers, target.bytes, job) : coarsest(layers, target, job);
}

/** Of a fit, by the indices of their steps. */
interface Layers {
  readonly fitted: FittedPyramid;
  readonly missing: Missing;
  /** Of the finest. */
  readonly least: number;
  readonly enhancement: (stepIndex: number) => Enhancement;
  readonly file: (stepIndex: number) => Promise<FittedPyramid>;
}

async function layersOf(session: PyramidSession, job: PyramidJob, fitted: FittedPyramid): Promise<Layers> {
  const missing = await missingOf(fitted.contents, job.mapped);
  const enhancement = (stepIndex: number): Enhancement => quantizeMissing(missing, stepIndex).enhancement;
  const file = (stepIndex: number): Promise<FittedPyramid> =>
    enhancedFile(session, job, fitted, enhancement(stepIndex));
  return { fitted, missing, least: leastStep(missing, job), enhancement, file };
}

/** What the section adds to its payload, and the larger length of the file, at most. */
const FRAME_BYTES = 11;

async function finest(layers: Layers, bytes: number, job: PyramidJob): Promise<FittedPyramid> {
  const { fitted, missing } = layers;
  const fits = async (stepIndex: number): Promise<boolean> => {
    const { length } = await encodeEnhancement(layers.enhancement(stepIndex), missing);
    return fitted.file.length + FRAME_BYTES + length <= bytes;
  };
  return notFinerThanLossless(await layers.file(await leastThat(fits, layers)), layers, job);
}

const NO_ERROR: ScoreTarget = { kind: 'psnr', score: Number.POSITIVE_INFINITY, gain: 0 };

/** Where a file has no error, a coarser layer may have none either. */
async function notFinerThanLossless(
  file: FittedPyramid,
  layers: Layers,
  job: PyramidJob,
): Promise<FittedPyramid> {
  return reaches(NO_ERROR, file) ? coarsest(layers, NO_ERROR, job) : file;
}

async function coarsest(layers: Layers, target: ScoreTarget, job: PyramidJob): Promise<FittedPyramid> {
  const misses = isForeseeable(target, job)
    ? async (stepIndex: number) => expectedPsnr(layers.missing, stepIndex, job) < target.score
    : async (stepIndex: number) => !reaches(target, await layers.file(stepIndex));
  // What was expected of a step may be missed by a little, and a finer one makes up for it.
  for (let stepIndex = (await leastThat(misses, layers)) - 1; ; stepIndex--) {
    const fitted = await layers.file(Math.max(stepIndex, layers.least));
    if (reaches(target, fitted) || stepIndex <= layers.least) return fitted;
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

/** A premultiplied colour is to be finer than a sample by its opacity. */
const FINER_BY_OPACITY = 64;

/** A quarter of a sample's, with which nothing is missing any more, or what latents can say of the largest value. */
function leastStep({ planes }: Missing, { mapped: { samples } }: PyramidJob): number {
  let largest = 0;
  for (const plane of planes) for (const value of plane) largest = Math.max(largest, Math.abs(value));
  const finer = samples.alpha.kind === 'output' ? FINER_BY_OPACITY : 1;
  const ofSamples = 2 / Math.max(1, samples.high - samples.low) / 4 / finer;
  return clampStepIndex(Math.ceil(16 * Math.log2(Math.max(ofSamples, largest / MAX_ENHANCEMENT))));
}

/** The least index that passes, if all from it on do. */
async function leastThat(
  passes: (stepIndex: number) => Promise<boolean>,
  { least }: Layers,
): Promise<number> {
  let [low, high] = [least, LARGEST_STEP];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
