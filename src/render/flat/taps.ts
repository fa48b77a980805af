/** @file The four pixels around each position of an axis, and what they weigh: Keys' cubic kernel with a = −1/2 (Keys 1981). */

export const TAPS = 4;

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
    weights.set(cubicWeights(position - base), TAPS * i);
    slopes.set(cubicSlopes(position - base), TAPS * i);
    for (let tap = 0; tap < TAPS; tap++) {
      pixels[TAPS * i + tap] = Math.min(count - 1, Math.max(0, base - 1 + tap));
    }
  }
  return { count: positions.length, bases, pixels, weights, slopes };
}

/** At the taps around a point `t` past the second one, 0 ≤ t < 1. */
function cubicWeights(t: number): number[] {
  return [
    t * (-0.5 + t * (1 - 0.5 * t)),
    1 + t * t * (-2.5 + 1.5 * t),
    t * (0.5 + t * (2 - 1.5 * t)),
    t * t * (-0.5 + 0.5 * t),
  ];
}

/** Their derivatives. */
function cubicSlopes(t: number): number[] {
  return [-0.5 + t * (2 - 1.5 * t), t * (-5 + 4.5 * t), 0.5 + t * (4 - 4.5 * t), t * (-1 + 1.5 * t)];
}
