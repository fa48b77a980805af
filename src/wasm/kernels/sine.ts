/**
 * @file Sine and cosine in float32, the same bits on every machine in the plain module. `formats/loe.md` states this
 * sequence; each step rounds to float32:
 *
 *     n = (u·(1/π) + 1.5·2²³) − 1.5·2²³              the nearest integer, ties to even
 *     r = (n·(−π₁) + u) + n·(−π₂)                    π₁ + π₂ = π to 36 bits; n·π₁ is exact below |n| = 2¹⁶
 *     t = r·r
 *     sin u = (−1)ⁿ · ((t·r)·(((S₉·t + S₇)·t + S₅)·t + S₃) + r)
 *     cos u = (−1)ⁿ · ((((C₈·t + C₆)·t + C₄)·t + C₂)·t + 1)
 *
 * Coefficients: minimax on |r| ≤ π/2 (Lawson's reweighted least squares), rounded to float32 one after the other.
 * Their own error is 4.9e-9 (sine) and 5.4e-8 (cosine); with rounding, |error| < 2e-7 for |u| ≤ 256.
 * Two vectors go through side by side, which V8 can make one of 256 bits.
 */

import { CHECKED, checkWrite } from './checks';
import { madd } from './vector';

const CONSTANTS = memory.data<f32>([
  0.31830987334251404, 12582912.0, -3.140625, -0.0009676535846665502,
  2.598822447907878e-6, -0.00019806028285529464, 0.008333008736371994, -0.16666656732559204,
  2.3189033527160063e-5, -0.0013855708530172706, 0.041663963347673416, -0.4999993145465851, 1.0,
]);

function constant(index: usize): v128 {
  return v128.load_splat<f32>(CONSTANTS + 4 * index);
}

/** The sine at r, |r| ≤ π/2, of which t is the square. */
function sineNear(r: v128, t: v128, s9: v128, s7: v128, s5: v128, s3: v128): v128 {
  return madd(f32x4.mul(t, r), madd(madd(madd(s9, t, s7), t, s5), t, s3), r);
}

/** The cosine there. */
function cosineNear(t: v128, c8: v128, c6: v128, c4: v128, c2: v128, one: v128): v128 {
  return madd(madd(madd(madd(c8, t, c6), t, c4), t, c2), t, one);
}

/** Replaces `count` floats (a multiple of 8) by their sines. */
export function sine(values: usize, count: u32): void {
  activate(values, 0, count, false, false);
}

/** As `sine`, and writes the cosines to `cosines`. */
export function sineAndCosine(values: usize, cosines: usize, count: u32): void {
  activate(values, cosines, count, false, true);
}

/** Replaces `count` floats u (a multiple of 8) by u + sin²u. */
export function snake(values: usize, count: u32): void {
  activate(values, 0, count, true, false);
}

/** As `snake`, and writes its slopes, 1 + 2·sin u·cos u, to `slopes`. */
export function snakeAndSlope(values: usize, slopes: usize, count: u32): void {
  activate(values, slopes, count, true, true);
}

// @ts-ignore: decorator
@inline
function activate(values: usize, slopes: usize, count: u32, isSnake: bool, withSlopes: bool): void {
  if (CHECKED) checkWrite(values, 4 * count);
  if (CHECKED && withSlopes) checkWrite(slopes, 4 * count);
  const inversePi = constant(0), magic = constant(1), pi1 = constant(2), pi2 = constant(3);
  const s9 = constant(4), s7 = constant(5), s5 = constant(6), s3 = constant(7);
  const c8 = constant(8), c6 = constant(9), c4 = constant(10), c2 = constant(11), one = constant(12);
  for (const end = values + 4 * <usize>count; values < end; values += 32, slopes += 32) {
    const u0 = v128.load(values), u1 = v128.load(values, 16);
    const shifted0 = madd(u0, inversePi, magic), shifted1 = madd(u1, inversePi, magic);
    const n0 = f32x4.sub(shifted0, magic), n1 = f32x4.sub(shifted1, magic);
    const r0 = madd(n0, pi2, madd(n0, pi1, u0)), r1 = madd(n1, pi2, madd(n1, pi1, u1));
    const t0 = f32x4.mul(r0, r0), t1 = f32x4.mul(r1, r1);
    const s0 = sineNear(r0, t0, s9, s7, s5, s3), s1 = sineNear(r1, t1, s9, s7, s5, s3);
    const c0 = cosineNear(t0, c8, c6, c4, c2, one), c1 = cosineNear(t1, c8, c6, c4, c2, one);
    if (isSnake) {
      // The signs of sine and cosine, which are one, are lost in the products.
      v128.store(values, madd(s0, s0, u0)); v128.store(values, madd(s1, s1, u1), 16);
      if (!withSlopes) continue;
      v128.store(slopes, madd(f32x4.add(s0, s0), c0, one)); v128.store(slopes, madd(f32x4.add(s1, s1), c1, one), 16);
    } else {
      const sign0 = i32x4.shl(shifted0, 31), sign1 = i32x4.shl(shifted1, 31);
      v128.store(values, v128.xor(s0, sign0)); v128.store(values, v128.xor(s1, sign1), 16);
      if (!withSlopes) continue;
      v128.store(slopes, v128.xor(c0, sign0)); v128.store(slopes, v128.xor(c1, sign1), 16);
    }
  }
}
