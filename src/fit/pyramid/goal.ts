/** @file Bits or distortion that a target comes to, and the λ that leads there. */

import type { Tune } from '../../distortion/tunes.ts';
import type { PyramidLoss } from '../../engine/pyramid.ts';
import type { FileTarget } from '../file-target.ts';
import { type Elasticity, SHORTFALL } from './calibration/by-tune.ts';
import { BASE_LAMBDA } from './calibration/enhancement.ts';
import type { FittedPyramid } from './fitted-pyramid.ts';

/** What a file shall have of one of them. */
export interface Goal {
  readonly part: keyof PyramidLoss;
  readonly value: number;
}

/** The same picture in two measures, of which a PSNR and bytes need neither. */
export type ScoredDistortion = Pick<FittedPyramid, 'distortion' | 'ssimulacra2'>;

/** Below the least an enhancement layer goes on. */
export const LAMBDA_RANGE = { min: BASE_LAMBDA, max: 1 } as const;

/** Far below the rounding error of samples of 16 bits: nothing divides by less. */
export const LEAST_DISTORTION = 1e-12;

/** Of an SSIMULACRA2: nothing that counts is seen of less. */
const LEAST_SHORTFALL = 0.1;

/** @param known a state of the fit, which tells what an SSIMULACRA2 means for its picture; the nearer to the target, the better */
export function goalOf(target: FileTarget, tune: Tune, known: ScoredDistortion): Goal {
  switch (target.kind) {
    case 'bytes':
      return { part: 'bits', value: 8 * target.bytes };
    case 'psnr':
      return { part: 'distortion', value: 10 ** ((target.gain - target.score) / 10) };
    case 'ssimulacra2': {
      const ratio = shortfallOf(target.score) / shortfallOf(known.ssimulacra2 as number);
      const distortion = Math.max(known.distortion, LEAST_DISTORTION);
      return { part: 'distortion', value: distortion * ratio ** (1 / SHORTFALL[tune].distortion) };
    }
  }
}

/** The factor that takes λ from where a fit stands to where it shall end. @param loss of the whole file */
export function lambdaFactor({ part, value }: Goal, loss: PyramidLoss, elasticity: Elasticity): number {
  return part === 'bits'
    ? (loss.bits / value) ** (1 / elasticity.rate)
    : (value / Math.max(loss.distortion, LEAST_DISTORTION)) ** (1 / elasticity.distortion);
}

/** A file's bits and distortion in the units of training. */
export function lossOf({ file, distortion }: FittedPyramid): PyramidLoss {
  return { bits: 8 * file.length, distortion };
}

export function clampLambda(lambda: number): number {
  return Math.min(LAMBDA_RANGE.max, Math.max(LAMBDA_RANGE.min, lambda));
}

/** What an SSIMULACRA2 has less than that of equal pictures. */
function shortfallOf(score: number): number {
  return Math.max(LEAST_SHORTFALL, 100 - score);
}
