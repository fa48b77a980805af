/**
 * @file Exponential and logarithm of four floats. Constants are loaded where they are used: that is one instruction each,
 * and the loops around these functions need more of them than there are registers.
 */

import { madd } from './vector';

const CONSTANTS = memory.data<f32>([
  // log₂ e; 1.5·2²³; −ln 2 in two parts, the first of 10 bits
  1.4426950216293335, 12582912.0, -0.693359375, 0.00021219444170128554,
  // the range of `exp`: its values are normal numbers
  -87.0, 88.0,
  // (eʳ − 1 − r)/r² on |r| ≤ ln 2/2, the highest power first
  0.0013814540579915047, 0.00836874544620514, 0.04166838899254799, 0.1666652113199234, 0.4999999403953552,
  1.0,
  // log₂((1 + s)/(1 − s))/s in s² on |s| ≤ 3 − √8, the highest power first
  0.43173256516456604, 0.5767145752906799, 0.9617988467216492, 2.885390043258667,
]);

/** √½ as the bits of a float, and the mask of a mantissa. */
const BITS = memory.data<u32>([0x3f3504f3, 0x7fffff]);

/** Four lanes of ones, then four of zeros. */
const MASKS = memory.data<i32>([-1, -1, -1, -1, 0, 0, 0, 0]);

function constant(index: usize): v128 {
  return v128.load_splat<f32>(CONSTANTS + 4 * index);
}

/** eˣ with a relative error below 2e-7; x beyond −87 … 88 is taken as the nearer of these. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  const u = f32x4.pmin(f32x4.pmax(x, constant(4)), constant(5));
  const shifted = madd(u, constant(0), constant(1));
  const n = f32x4.sub(shifted, constant(1));
  const r = madd(n, constant(3), madd(n, constant(2), u));
  const p = madd(madd(madd(madd(constant(6), r, constant(7)), r, constant(8)), r, constant(9)), r, constant(10));
  const power = madd(f32x4.mul(r, r), p, f32x4.add(r, constant(11)));
  // The integer n is in the last bits of n + 1.5·2²³.
  return i32x4.add(power, i32x4.shl(shifted, 23));
}

/** log₂ x of a normal number x > 0, with an error below 2e-7 of its value or of 1, whichever is more. */
// @ts-ignore: decorator
@inline
export function log2(x: v128): v128 {
  const half = v128.load_splat<u32>(BITS), one = constant(11);
  // x = 2ᵉ·m with √½ ≤ m < √2
  const bits = i32x4.sub(x, half);
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
  const m = i32x4.add(v128.and(bits, v128.load_splat<u32>(BITS, 4)), half);
  const s = f32x4.div(f32x4.sub(m, one), f32x4.add(m, one));
  const z = f32x4.mul(s, s);
  return madd(s, madd(madd(madd(constant(12), z, constant(13)), z, constant(14)), z, constant(15)), e);
}

/** Ones in the first `count` lanes: in none where it is negative, in all from 4 on. */
export function firstLanes(count: i32): v128 {
  return v128.load(MASKS + 16 - 4 * <usize>max(0, min(count, 4)));
}
