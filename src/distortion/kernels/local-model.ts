/** @file How a local model, Σ wᵢ eᵢ² but for a constant, changes with the errors of a row. */

import { madd } from '../../wasm/kernels/vector';

/** Adds w((e + δ)² − e²) to four sums. @param bytes of the row, a multiple of 16 */
// @ts-ignore: decorator
@inline
export function weightedSquaresChange(changes: usize, errors: usize, weights: usize, bytes: usize, sum: v128): v128 {
  for (let at: usize = 0; at < bytes; at += 16) {
    const d = v128.load(changes + at), e = v128.load(errors + at);
    sum = madd(f32x4.mul(v128.load(weights + at), d), f32x4.add(f32x4.add(e, e), d), sum);
  }
  return sum;
}
