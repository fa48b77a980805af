/** @file What a pyramid fit is to reach, and how far a file is from it. */

import type { BitDepth } from '../../image/raster.ts';
import type { MappedPicture } from '../../samples/to-outputs.ts';
import { type FileTarget, fileTargetOf, type ScoreTarget } from '../file-target.ts';
import type { FittedFile } from '../fitted.ts';
import type { CheckedOptions } from '../options.ts';
import { FINE_QUALITY, LARGEST_LAMBDA } from './calibration/efforts.ts';
import { TOLERANCE } from './calibration/rate-control.ts';
import type { FittedPyramid } from './fitted-pyramid.ts';

/** λ of the whole fit of a picture of so many pixels, or what its file shall have. */
export type Target =
  | { readonly kind: 'lambda'; readonly lambda: number; readonly pixels: number }
  | FileTarget;

export function targetOf(mapped: MappedPicture, options: CheckedOptions): Target {
  const { width, height, depth } = mapped.picture;
  const lambda = lambdaOfQuality(options.quality, depth);
  return fileTargetOf(mapped, options) ?? { kind: 'lambda', lambda, pixels: width * height };
}

/** λ of a quality of 0 … 100. */
export function lambdaOfQuality(quality: number, depth: BitDepth): number {
  const { from, halvings } = FINE_QUALITY;
  const fine = Math.max(0, (quality - from) / (100 - from));
  return LARGEST_LAMBDA * 2 ** (-Math.min(quality, from) / 10 - fine * halvings[depth]);
}

export function isScore(target: Target): target is ScoreTarget {
  return target.kind === 'psnr' || target.kind === 'ssimulacra2';
}

/** What a file has of what a target asks for. */
export function scoreOf({ kind }: ScoreTarget, file: FittedFile): number {
  return file[kind] as number;
}

/** Whether a file keeps the promise of its target. */
export function reaches(target: Target, fitted: FittedFile): boolean {
  if (target.kind === 'bytes') return fitted.file.length <= target.bytes;
  return target.kind === 'lambda' || scoreOf(target, fitted) >= target.score;
}

/** Whether a file reaches its target and is close to it, so that there is nothing left to correct. */
export function isClose(target: Target, fitted: FittedFile): boolean {
  if (!reaches(target, fitted)) return false;
  if (target.kind === 'bytes') return fitted.file.length >= target.bytes * (1 - TOLERANCE.bytes);
  return target.kind === 'lambda' || isCloseScore(target, scoreOf(target, fitted));
}

/** Whether a score is what is asked for or a little more. */
export function isCloseScore(
  target: ScoreTarget,
  score: number,
  tolerance: number = TOLERANCE[target.kind],
): boolean {
  return score >= target.score && score <= target.score + tolerance;
}

/** The middle of what is close to the target. */
export function middleOf(target: FileTarget): FileTarget {
  return target.kind === 'bytes'
    ? { ...target, bytes: target.bytes * (1 - TOLERANCE.bytes / 2) }
    : { ...target, score: target.score + TOLERANCE[target.kind] / 2 };
}

/** Of two files that reach a target the one that serves it better. */
export function better<File extends Omit<FittedPyramid, 'contents'>>(
  target: Target,
  best: File | null,
  fitted: File,
): File {
  if (!best) return fitted;
  return costOf(target, fitted) < costOf(target, best) ? fitted : best;
}

/** What counts of files that reach a target: D + λR, bytes, or distortion. */
function costOf(target: Target, { file, distortion }: Omit<FittedPyramid, 'contents'>): number {
  if (isScore(target)) return file.length;
  if (target.kind === 'bytes') return distortion;
  return distortion + (target.lambda * 8 * file.length) / target.pixels;
}

/** Of two files that miss a target the one that is nearer to it. */
export function nearer<File extends FittedFile>(target: Target, nearest: File | null, fitted: File): File {
  if (!nearest) return fitted;
  if (isScore(target)) return scoreOf(target, fitted) > scoreOf(target, nearest) ? fitted : nearest;
  return fitted.file.length < nearest.file.length ? fitted : nearest;
}
