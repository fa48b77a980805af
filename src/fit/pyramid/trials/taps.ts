/** @file With which weights pixels see a cell of a plane. */

import { splineWeights } from '../../../field/pyramid.ts';
import { TAPS } from './constants.ts';

/** The weight of a cell of that level at the 4 · 2^level pixels along an axis that see it; level > 0. */
export function cellTaps(level: number): Float32Array {
  const cell = 2 ** level;
  return Float32Array.from({ length: TAPS * cell }, (_, i) => {
    const place = (i + 0.5) / cell;
    return splineWeights(place % 1)[TAPS - 1 - Math.floor(place)] as number;
  });
}
