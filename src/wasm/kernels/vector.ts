/**
 * @file The unit of every kernel: a *panel row*, eight float32 of one position (or of one input of a layer) in two
 * vectors. V8 turns `v128.const` into three instructions at each use, so kernels load constants from memory before loops.
 */

import { PANEL_LANES, SUM_LANES, VECTOR_LANES } from '../constants';

export const LANES: u32 = PANEL_LANES;
/** Bytes of a panel row. */
export const ROW: usize = 4 * PANEL_LANES;
/** Bytes of weights between two panels of inputs. */
export const PANEL: usize = 8 * ROW;
/** Bytes of a vector. */
export const QUAD: usize = 4 * VECTOR_LANES;
/** Bytes of a weight's sum in a pyramid fit. */
export const SUM: usize = 4 * SUM_LANES;

/**
 * Whether tiles are twice as wide. V8 then merges neighbouring vectors into one of 256 bits, which halves the instructions; where it
 * does not, so many sums do not stay in registers.
 */
// @ts-ignore: only the wide module is built with it
export const WIDE: bool = isDefined(WIDE_TILES);

/** a·b + c. Plain modules round twice, which every machine does alike; relaxed ones may round once. */
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Bytes of a plane that a tile takes at once: two vectors where tiles are wide, else one. */
export const STEP: usize = WIDE ? 2 * QUAD : QUAD;

/** The second vector, where tiles are wide. */
export function loadSecond(at: usize): v128 {
  return WIDE ? v128.load(at, 16) : f32x4.splat(0);
}

/** `madd` of second vectors, where tiles are wide. */
export function maddSecond(a: v128, b: v128, c: v128): v128 {
  return WIDE ? madd(a, b, c) : c;
}

/** a/b rounded up. */
export function ceilDiv(a: u32, b: u32): u32 {
  return (a + b - 1) / b;
}

/** `bytes` rounded up to a cache line. */
export function align(bytes: usize): usize {
  return (bytes + 63) & ~63;
}
