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
 */

import { madd } from './vector';

const CONSTANTS = memory.data<f32>([
  0.31830987334251404, 12582912.0, -3.140625, -0.0009676535846665502,
  2.598822447907878e-6, -0.00019806028285529464, 0.008333008736371994, -0.16666656732559204,
  2.3189033527160063e-5, -0.0013855708530172706, 0.041663963347673416, -0.4999993145465851, 1.0,
]);

// @ts-ignore: decorator
@inline
function constant(index: usize): v128 {
  return v128.load_splat<f32>(CONSTANTS + 4 * index);
}

/** Replaces `count` floats (a multiple of 4) by their sines. */
export function sine(values: usize, count: u32): void {
  const inversePi = constant(0), magic = constant(1), pi1 = constant(2), pi2 = constant(3);
  const s9 = constant(4), s7 = constant(5), s5 = constant(6), s3 = constant(7);
  const end = values + 4 * <usize>count;
  while (values < end) {
    const u = v128.load(values);
    const shifted = madd(u, inversePi, magic);
    const n = f32x4.sub(shifted, magic);
    const r = madd(n, pi2, madd(n, pi1, u));
    const t = f32x4.mul(r, r);
    const s = madd(f32x4.mul(t, r), madd(madd(madd(s9, t, s7), t, s5), t, s3), r);
    v128.store(values, v128.xor(s, i32x4.shl(shifted, 31)));
    values += 16;
  }
}

/** As `sine`, and writes the cosines to `cosines`. */
export function sineAndCosine(values: usize, cosines: usize, count: u32): void {
  const inversePi = constant(0), magic = constant(1), pi1 = constant(2), pi2 = constant(3);
  const s9 = constant(4), s7 = constant(5), s5 = constant(6), s3 = constant(7);
  const c8 = constant(8), c6 = constant(9), c4 = constant(10), c2 = constant(11), one = constant(12);
  const end = values + 4 * <usize>count;
  while (values < end) {
    const u = v128.load(values);
    const shifted = madd(u, inversePi, magic);
    const n = f32x4.sub(shifted, magic);
    const sign = i32x4.shl(shifted, 31);
    const r = madd(n, pi2, madd(n, pi1, u));
    const t = f32x4.mul(r, r);
    const s = madd(f32x4.mul(t, r), madd(madd(madd(s9, t, s7), t, s5), t, s3), r);
    v128.store(values, v128.xor(s, sign));
    const c = madd(madd(madd(madd(c8, t, c6), t, c4), t, c2), t, one);
    v128.store(cosines, v128.xor(c, sign));
    values += 16;
    cosines += 16;
  }
}

/** Replaces `count` floats u (a multiple of 4) by u + sin²u. */
export function snake(values: usize, count: u32): void {
  const inversePi = constant(0), magic = constant(1), pi1 = constant(2), pi2 = constant(3);
  const s9 = constant(4), s7 = constant(5), s5 = constant(6), s3 = constant(7);
  for (const end = values + 4 * <usize>count; values < end; values += 16) {
    const u = v128.load(values);
    const n = f32x4.sub(madd(u, inversePi, magic), magic);
    const r = madd(n, pi2, madd(n, pi1, u));
    const t = f32x4.mul(r, r);
    // The sign of the sine is lost in its square.
    const s = madd(f32x4.mul(t, r), madd(madd(madd(s9, t, s7), t, s5), t, s3), r);
    v128.store(values, madd(s, s, u));
  }
}

/** As `snake`, and writes its slopes, 1 + 2·sin u·cos u, to `slopes`. */
export function snakeAndSlope(values: usize, slopes: usize, count: u32): void {
  const inversePi = constant(0), magic = constant(1), pi1 = constant(2), pi2 = constant(3);
  const s9 = constant(4), s7 = constant(5), s5 = constant(6), s3 = constant(7);
  const c8 = constant(8), c6 = constant(9), c4 = constant(10), c2 = constant(11), one = constant(12);
  for (const end = values + 4 * <usize>count; values < end; values += 16, slopes += 16) {
    const u = v128.load(values);
    const n = f32x4.sub(madd(u, inversePi, magic), magic);
    const r = madd(n, pi2, madd(n, pi1, u));
    const t = f32x4.mul(r, r);
    const s = madd(f32x4.mul(t, r), madd(madd(madd(s9, t, s7), t, s5), t, s3), r);
    const c = madd(madd(madd(madd(c8, t, c6), t, c4), t, c2), t, one);
    v128.store(values, madd(s, s, u));
    v128.store(slopes, madd(f32x4.add(s, s), c, one));
  }
}
