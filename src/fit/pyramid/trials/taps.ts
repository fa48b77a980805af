/** @file Which cells of a plane pixels see, and with which weights. */

import { splineWeights, tapsAt } from '../../../field/pyramid.ts';
import { TAPS } from './constants.ts';

/** What pixels along an axis see of a plane, TAPS cells per pixel. */
export interface AxisTaps {
  readonly cells: Uint32Array;
  readonly weights: Float64Array;
}

/**
 * @param pixels along the axis
 * @param count cells of the plane along the axis; those beyond its ends are the last ones
 */
export function axisTaps(pixels: number, level: number, count: number): AxisTaps {
  const cells = new Uint32Array(TAPS * pixels);
  const weights = new Float64Array(TAPS * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const { first, weights: seen } = tapsAt(pixel, level);
    for (let i = 0; i < TAPS; i++) cells[TAPS * pixel + i] = Math.min(count - 1, Math.max(0, first + i));
    weights.set(seen, TAPS * pixel);
  }
  return { cells, weights };
}

/** The weight of a cell of that level at the 4 · 2^level pixels along an axis that see it; level > 0. */
export function cellTaps(level: number): Float32Array {
  const cell = 2 ** level;
  return Float32Array.from({ length: TAPS * cell }, (_, i) => {
    const place = (i + 0.5) / cell;
    return splineWeights(place % 1)[TAPS - 1 - Math.floor(place)] as number;
  });
}
