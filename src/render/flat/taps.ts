/** @file The four pixels around each position of an axis, and what they weigh. */

import { keysSlopes, keysWeights } from '../../field/keys.ts';
import { TAPS } from './extent.ts';

export interface Taps {
  /** Positions. */
  readonly count: number;
  /** [count]: the last pixel that is not after the position; −1 before the first one. */
  readonly bases: Int32Array;
  /** [count, TAPS]: pixels from the one before the base on, those beyond an edge replaced by the edge's. */
  readonly pixels: Int32Array;
  /** [count, TAPS], of sum 1. At a pixel's centre the second one is 1. */
  readonly weights: Float64Array;
  /** [count, TAPS]: derivatives of the weights, per pixel. */
  readonly slopes: Float64Array;
}

/** @param positions in pixels @param count pixels of the axis */
export function tapsOf(positions: Float64Array, count: number): Taps {
  const bases = Int32Array.from(positions, Math.floor);
  const pixels = new Int32Array(TAPS * positions.length);
  const weights = new Float64Array(TAPS * positions.length);
  const slopes = new Float64Array(TAPS * positions.length);
  for (const [i, position] of positions.entries()) {
    const base = bases[i] as number;
    weights.set(keysWeights(position - base), TAPS * i);
    slopes.set(keysSlopes(position - base), TAPS * i);
    for (let tap = 0; tap < TAPS; tap++) {
      pixels[TAPS * i + tap] = Math.min(count - 1, Math.max(0, base - 1 + tap));
    }
  }
  return { count: positions.length, bases, pixels, weights, slopes };
}
