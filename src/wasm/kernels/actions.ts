/** @file What is done with a layer's sums before they are stored. */

export const KEEP: u32 = 0;
export const RECTIFY: u32 = 1;
export const GATE: u32 = 2;

/** max(0, sum) */
export function rectified(sum: v128): v128 {
  return f32x4.pmax(f32x4.splat(0), sum);
}

/** A sum where the output is positive, else 0. */
export function gated(sum: v128, output: v128): v128 {
  return v128.and(sum, f32x4.gt(output, f32x4.splat(0)));
}
