/** @file From what training sees to what the file will have: the fit goes on, latents are tried, weights are coded. */

import type { Tune } from '../../distortion/tunes.ts';
import type { PyramidLoss } from '../../engine/pyramid.ts';
import type { PyramidSize } from '../../field/presets.ts';
import { DECREASE, type Decrease, DISTORTION_OVERHEAD } from './calibration/by-tune.ts';
import { EXPECTED_OVERHEAD, OVERHEAD_GROWTH, TRIALS_SAVE } from './calibration/rate-control.ts';
import { LEAST_DISTORTION } from './goal.ts';
import type { TrainedPart } from './trained-part.ts';

/** What a file has over what training sees at rounded latents. */
export interface Overhead {
  /** Bits of weights, header and frames, less what the adaptive coder saves. */
  readonly bits: number;
  /** Factor on the distortion: weights and samples are integers. */
  readonly distortion: number;
}

export function expectedOverhead(
  lambda: number,
  pixels: number,
  size: PyramidSize,
  trained: TrainedPart,
  tune: Tune,
): Overhead {
  const { min, max, perOctave, offset, large, part } = EXPECTED_OVERHEAD;
  const ofAll = Math.min(max, Math.max(min, perOctave * Math.log2(pixels / lambda) + offset));
  const bytes = ofAll * (size === 'large' ? large : 1) * part[trained];
  return { bits: 8 * bytes, distortion: DISTORTION_OVERHEAD[tune] };
}

/** @param file of half a fit @param seen by training of the same latents */
export function overheadOf(file: PyramidLoss, seen: PyramidLoss): Overhead {
  const ratio = file.distortion / Math.max(seen.distortion, LEAST_DISTORTION);
  return { bits: file.bits - seen.bits, distortion: Math.min(10, Math.max(0.5, ratio)) };
}

/** What half a fit's overhead will be at its end. */
export function grown({ bits, distortion }: Overhead): Overhead {
  return { bits: bits * OVERHEAD_GROWTH.bits, distortion: distortion ** OVERHEAD_GROWTH.distortion };
}

/** What training sees, as the file will have it. */
export function withOverhead(seen: PyramidLoss, overhead: Overhead): PyramidLoss {
  return { bits: seen.bits + overhead.bits, distortion: seen.distortion * overhead.distortion };
}

/** What a fit's loss at rounded latents will be at its end. @param done share of the steps */
export function lossAtEnd(
  loss: PyramidLoss,
  done: number,
  lambda: number,
  steps: number,
  tune: Tune,
): PyramidLoss {
  const trials = afterTrials(lambda, steps);
  const { bits, distortion } = DECREASE[tune];
  return {
    bits: (loss.bits * trials.bits) / excess(bits, 1 - done),
    distortion: (loss.distortion * trials.distortion) / excess(distortion, 1 - done),
  };
}

/** @param left share of the steps */
function excess({ factor, power, early }: Decrease, left: number): number {
  return 1 + factor * left ** power + early * left ** 8;
}

/** The shares of bits and distortion that trials of the latents leave. */
export function afterTrials(lambda: number, steps: number): PyramidLoss {
  const { bits, distortion } = TRIALS_SAVE;
  const saved = ({ max, share, ...powers }: typeof bits | typeof distortion, ratio: number): number =>
    Math.min(max, share * (140 / steps) ** powers.steps * ratio ** powers.lambda);
  return {
    bits: 1 - saved(bits, lambda / bits.at),
    distortion: 1 - saved(distortion, distortion.at / lambda),
  };
}
