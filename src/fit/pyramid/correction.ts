/** @file What to do about a file that misses its aim: go on for a while at another λ, hotter or gentler. */

import type { PyramidLoss } from '../../engine/pyramid.ts';
import type { FittedPyramid } from './finalize.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { CORRECTION, NUDGE, type Stretch } from './schedule.ts';
import { type Aim, clampLambda, correction, type Response } from './target.ts';

/** A way to go on from a file that misses its aim. */
export interface Remedy {
  readonly stretch: Stretch;
  /** Share of the main stretch's steps, and steps at least. */
  readonly share: number;
  readonly steps: number;
  /** How bits and distortion answer to its λ, which it is too short to take in: to a larger one less than to a smaller one. */
  readonly toLarger: Response;
  readonly toSmaller: Response;
}

/** Responses are about those of crops of three pictures at two λ after 300 steps, a little apart for larger and smaller λ. */
export const CORRECT: Remedy = {
  stretch: CORRECTION,
  share: 0.3,
  steps: 50,
  toLarger: { rate: 0.08, distortion: 0.18 },
  toSmaller: { rate: 0.16, distortion: 0.2 },
};
const GO_NEARER: Remedy = {
  stretch: NUDGE,
  share: 0.1,
  steps: 40,
  toLarger: { rate: 0.06, distortion: 0.1 },
  toSmaller: { rate: 0.1, distortion: 0.1 },
};

/** Factor on λ of a correction, and where going nearer is enough. */
const LARGEST_STEP = 5;
const NEAR_STEP = 2;

/** A file this much under its size, or this far above its PSNR in dB, is good enough. */
const SIZE_TOLERANCE = 0.018;
const PSNR_TOLERANCE = 0.1;

/** What to do about a file, with so many steps `left`; null where it is close to the aim or no steps are left. */
export function remedyOf(job: PyramidJob, fitted: FittedPyramid, left: number): Remedy | null {
  if (isClose(job.aim, fitted)) return null;
  const nearer = correctionBy(GO_NEARER, job.aim, fitted);
  const isNear = Math.abs(Math.log(nearer)) < Math.log(NEAR_STEP);
  const isAffordable = (remedy: Remedy) => stepsOf(remedy, job) <= left;
  if (!isNear && isAffordable(CORRECT)) return CORRECT;
  return isAffordable(GO_NEARER) ? GO_NEARER : null;
}

/** The factor on λ that would take a file to its aim by a remedy. */
function correctionBy({ toLarger, toSmaller }: Remedy, aim: Aim, fitted: FittedPyramid): number {
  const file = measured(fitted);
  const isTooLarge = correction(inside(aim), file) > 1;
  return correction(inside(aim), file, isTooLarge ? toLarger : toSmaller);
}

/**
 * λ of a remedy, where a fit at `lambda` came to `fitted`.
 * @param caution how much more strongly a file may answer than is usual
 */
export function lambdaOf(
  remedy: Remedy,
  aim: Aim,
  lambda: number,
  fitted: FittedPyramid,
  caution: number,
): number {
  const factor = correctionBy(remedy, aim, fitted) ** (1 / caution);
  return clampLambda(lambda * Math.min(LARGEST_STEP, Math.max(1 / LARGEST_STEP, factor)));
}

/** ln of the factor on λ that a whole fit would need to meet its aim. */
export function deviation(aim: Aim, fitted: FittedPyramid): number {
  return Math.log(correction(inside(aim), measured(fitted)));
}

export function stepsOf({ share, steps }: Remedy, { effort }: PyramidJob): number {
  return Math.max(steps, Math.round(share * effort.steps));
}

/** A file's bits and error in the units of training. */
export function measured({ file, psnr }: FittedPyramid): PyramidLoss {
  return { bits: 8 * file.length, distortion: 10 ** (-psnr / 10) };
}

/** Whether a file keeps the aim's promise. */
export function reaches(aim: Aim, { file, psnr }: FittedPyramid): boolean {
  if (aim.kind === 'bytes') return file.length <= aim.bytes;
  return aim.kind === 'lambda' || psnr >= aim.psnr;
}

/** Whether there is nothing left to correct. */
function isClose(aim: Aim, fitted: FittedPyramid): boolean {
  if (!reaches(aim, fitted)) return false;
  if (aim.kind === 'bytes') return fitted.file.length >= aim.bytes * (1 - SIZE_TOLERANCE);
  return aim.kind === 'lambda' || fitted.psnr <= aim.psnr + PSNR_TOLERANCE;
}

/** The middle of what is close to the aim. */
export function inside(aim: Aim): Aim {
  if (aim.kind === 'bytes') return { ...aim, bytes: aim.bytes * (1 - SIZE_TOLERANCE / 2) };
  return aim.kind === 'psnr' ? { ...aim, psnr: aim.psnr + PSNR_TOLERANCE / 2 } : aim;
}
