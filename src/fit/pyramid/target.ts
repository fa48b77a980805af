/** @file What a pyramid fit is to reach, and how far a file is from it. */

import type { PyramidLoss } from '../../engine/pyramid.ts';
import type { Raster } from '../../image/raster.ts';
import { type FileTarget, fileTargetOf } from '../file-target.ts';
import type { FittedFile } from '../fitted.ts';
import type { CheckedOptions } from '../options.ts';
import { LARGEST_LAMBDA } from './calibration/efforts.ts';
import { FIT_ELASTICITY, TOLERANCE } from './calibration/rate-control.ts';

/** λ of the whole fit, or what its file shall have. */
export type Target = { readonly kind: 'lambda'; readonly lambda: number } | FileTarget;

/** How bits and distortion depend on λ: −d ln R/d ln λ and d ln D/d ln λ. */
export interface Elasticity {
  readonly rate: number;
  readonly distortion: number;
}

export const LAMBDA_RANGE = { min: 1e-7, max: 1 } as const;

/** Far below the rounding error of samples of 16 bits: nothing divides by less. */
export const LEAST_DISTORTION = 1e-12;

export function targetOf(raster: Raster, options: CheckedOptions): Target {
  return fileTargetOf(raster, options) ?? { kind: 'lambda', lambda: lambdaOfQuality(options.quality) };
}

/** λ of a quality of 0 … 100. */
export function lambdaOfQuality(quality: number): number {
  return LARGEST_LAMBDA * 2 ** (-quality / 10);
}

export function clampLambda(lambda: number): number {
  return Math.min(LAMBDA_RANGE.max, Math.max(LAMBDA_RANGE.min, lambda));
}

/**
 * The factor that takes λ from where a fit stands to where it shall end.
 * @param bits of the whole file
 * @param distortion of the decoded file
 */
export function lambdaFactor(
  target: Target,
  { bits, distortion }: PyramidLoss,
  elasticity: Elasticity = FIT_ELASTICITY,
): number {
  switch (target.kind) {
    case 'lambda':
      return 1;
    case 'bytes':
      return (bits / (8 * target.bytes)) ** (1 / elasticity.rate);
    case 'psnr':
      return (
        (10 ** (-target.psnr / 10) / Math.max(distortion, LEAST_DISTORTION)) ** (1 / elasticity.distortion)
      );
  }
}

/** A file's bits and error in the units of training. */
export function lossOf({ file, psnr }: FittedFile): PyramidLoss {
  return { bits: 8 * file.length, distortion: 10 ** (-psnr / 10) };
}

/** Whether a file keeps the promise of its target. */
export function reaches(target: Target, { file, psnr }: FittedFile): boolean {
  if (target.kind === 'bytes') return file.length <= target.bytes;
  return target.kind === 'lambda' || psnr >= target.psnr;
}

/** Whether a file reaches its target and is close to it, so that there is nothing left to correct. */
export function isClose(target: Target, fitted: FittedFile): boolean {
  if (!reaches(target, fitted)) return false;
  if (target.kind === 'bytes') return fitted.file.length >= target.bytes * (1 - TOLERANCE.size);
  return target.kind === 'lambda' || fitted.psnr <= target.psnr + TOLERANCE.psnr;
}

/** The middle of what is close to the target. */
export function middleOf(target: Target): Target {
  if (target.kind === 'bytes') return { ...target, bytes: target.bytes * (1 - TOLERANCE.size / 2) };
  return target.kind === 'psnr' ? { ...target, psnr: target.psnr + TOLERANCE.psnr / 2 } : target;
}

/** Of two files that reach a target the one that serves it better. */
export function better<File extends FittedFile>(target: Target, best: File | null, fitted: File): File {
  if (!best) return fitted;
  if (target.kind === 'psnr') return fitted.file.length < best.file.length ? fitted : best;
  return fitted.psnr > best.psnr ? fitted : best;
}

/** Of two files that miss a target the one that is nearer to it. */
export function nearer<File extends FittedFile>(target: Target, nearest: File | null, fitted: File): File {
  if (!nearest) return fitted;
  if (target.kind === 'psnr') return fitted.psnr > nearest.psnr ? fitted : nearest;
  return fitted.file.length < nearest.file.length ? fitted : nearest;
}
