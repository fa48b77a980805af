/** @file What to do about a file that misses its target: go on for a while at another λ, hotter or gentler. */

import type { PyramidLoss } from '../../engine/pyramid.ts';
import type { FittedPyramid } from './finalize.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { CORRECTION, FINE_SCHEDULE, type Schedule } from './schedule.ts';
import { clampLambda, type Elasticity, lambdaFactor, type Target } from './target.ts';

/** A way to go on from a file that misses its target. */
export interface Correction {
  readonly schedule: Schedule;
  /** Share of the main schedule's steps, and steps at least. */
  readonly share: number;
  readonly steps: number;
  /** How bits and distortion answer to its λ, which it is too short to take in: to a larger one less than to a smaller one. */
  readonly toLarger: Elasticity;
  readonly toSmaller: Elasticity;
}

/** Responses are about those of crops of three pictures at two λ after 300 steps, a little apart for larger and smaller λ. */
export const COARSE_CORRECTION: Correction = {
  schedule: CORRECTION,
  share: 0.3,
  steps: 50,
  toLarger: { rate: 0.08, distortion: 0.18 },
  toSmaller: { rate: 0.16, distortion: 0.2 },
};
const FINE_CORRECTION: Correction = {
  schedule: FINE_SCHEDULE,
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

/** What to do about a file, with so many steps `left`; null where it is close to the target or no steps are left. */
export function chooseCorrection(job: PyramidJob, fitted: FittedPyramid, left: number): Correction | null {
  if (isClose(job.target, fitted)) return null;
  const nearer = factorOf(FINE_CORRECTION, job.target, fitted);
  const isNear = Math.abs(Math.log(nearer)) < Math.log(NEAR_STEP);
  const isAffordable = (correction: Correction) => stepsOf(correction, job) <= left;
  if (!isNear && isAffordable(COARSE_CORRECTION)) return COARSE_CORRECTION;
  return isAffordable(FINE_CORRECTION) ? FINE_CORRECTION : null;
}

/** The factor on λ that would take a file to its target by a correction. */
function factorOf({ toLarger, toSmaller }: Correction, target: Target, fitted: FittedPyramid): number {
  const file = measured(fitted);
  const isTooLarge = lambdaFactor(inside(target), file) > 1;
  return lambdaFactor(inside(target), file, isTooLarge ? toLarger : toSmaller);
}

/**
 * λ of a correction, where a fit at `lambda` came to `fitted`.
 * @param caution how much more strongly a file may answer than is usual
 */
export function lambdaOf(
  correction: Correction,
  target: Target,
  lambda: number,
  fitted: FittedPyramid,
  caution: number,
): number {
  const factor = factorOf(correction, target, fitted) ** (1 / caution);
  return clampLambda(lambda * Math.min(LARGEST_STEP, Math.max(1 / LARGEST_STEP, factor)));
}

/** ln of the factor on λ that a whole fit would need to meet its target. */
export function deviation(target: Target, fitted: FittedPyramid): number {
  return Math.log(lambdaFactor(inside(target), measured(fitted)));
}

export function stepsOf({ share, steps }: Correction, { effort }: PyramidJob): number {
  return Math.max(steps, Math.round(share * effort.steps));
}

/** A file's bits and error in the units of training. */
export function measured({ file, psnr }: FittedPyramid): PyramidLoss {
  return { bits: 8 * file.length, distortion: 10 ** (-psnr / 10) };
}

/** Whether a file keeps the target's promise. */
export function reaches(target: Target, { file, psnr }: FittedPyramid): boolean {
  if (target.kind === 'bytes') return file.length <= target.bytes;
  return target.kind === 'lambda' || psnr >= target.psnr;
}

/** Whether there is nothing left to correct. */
function isClose(target: Target, fitted: FittedPyramid): boolean {
  if (!reaches(target, fitted)) return false;
  if (target.kind === 'bytes') return fitted.file.length >= target.bytes * (1 - SIZE_TOLERANCE);
  return target.kind === 'lambda' || fitted.psnr <= target.psnr + PSNR_TOLERANCE;
}

/** The middle of what is close to the target. */
export function inside(target: Target): Target {
  if (target.kind === 'bytes') return { ...target, bytes: target.bytes * (1 - SIZE_TOLERANCE / 2) };
  return target.kind === 'psnr' ? { ...target, psnr: target.psnr + PSNR_TOLERANCE / 2 } : target;
}
