/**
 * @file A Gaussian window along an axis: nine taps, the same on both sides of the middle. What lies beyond a row is taken as 0.
 */

import { CHECKED, checkWrite } from '../../../wasm/kernels/checks';
import { madd } from '../../../wasm/kernels/vector';
import { RADIUS } from '../constants';

/** Rows that a window sees. */
const WINDOW: u32 = 2 * RADIUS + 1;

/** Bytes that rows are whole multiples of. */
export const BLOCK: usize = 64;

/** Bytes of zeros at both ends of a row that is blurred across. */
export const MARGIN: usize = 4 * RADIUS;

/** The last WINDOW rows of some maps: f32 [row mod WINDOW][map][position]. */
@unmanaged
export class Ring {
  rows: usize;
  /** Between maps and between rows. */
  pitch: usize;
  rowBytes: usize;

  /** @returns the first byte after it */
  layOut(area: usize, pitch: usize, maps: u32): usize {
    this.rows = area;
    this.pitch = pitch;
    this.rowBytes = pitch * maps;
    return area + this.rowBytes * WINDOW;
  }

  /** The first map. @param y at least −2 · WINDOW */
  @inline rowAt(y: i32): usize { return this.rows + this.rowBytes * (<u32>(y + 2 * <i32>WINDOW) % WINDOW); }
}

/** Blurs a map of a ring at row y down the columns. @param bytes of a row */
export function blurDown(ring: Ring, map: u32, y: i32, taps: usize, out: usize, bytes: usize): void {
  if (CHECKED) checkWrite(out, bytes);
  const at = ring.pitch * map;
  const t0 = v128.load_splat<f32>(taps), t1 = v128.load_splat<f32>(taps, 4), t2 = v128.load_splat<f32>(taps, 8);
  const t3 = v128.load_splat<f32>(taps, 12), t4 = v128.load_splat<f32>(taps, 16);
  let a = at + ring.rowAt(y - 4), b = at + ring.rowAt(y - 3), c = at + ring.rowAt(y - 2), d = at + ring.rowAt(y - 1);
  let e = at + ring.rowAt(y);
  let f = at + ring.rowAt(y + 1), g = at + ring.rowAt(y + 2), h = at + ring.rowAt(y + 3), i = at + ring.rowAt(y + 4);
  // Four vectors at a time: so many addresses do not stay in registers.
  for (const end = out + bytes; out < end; out += BLOCK) {
    let sum0 = f32x4.mul(t0, v128.load(e));
    sum0 = madd(t1, f32x4.add(v128.load(d), v128.load(f)), sum0);
    sum0 = madd(t2, f32x4.add(v128.load(c), v128.load(g)), sum0);
    sum0 = madd(t3, f32x4.add(v128.load(b), v128.load(h)), sum0);
    v128.store(out, madd(t4, f32x4.add(v128.load(a), v128.load(i)), sum0));
    let sum1 = f32x4.mul(t0, v128.load(e, 16));
    sum1 = madd(t1, f32x4.add(v128.load(d, 16), v128.load(f, 16)), sum1);
    sum1 = madd(t2, f32x4.add(v128.load(c, 16), v128.load(g, 16)), sum1);
    sum1 = madd(t3, f32x4.add(v128.load(b, 16), v128.load(h, 16)), sum1);
    v128.store(out, madd(t4, f32x4.add(v128.load(a, 16), v128.load(i, 16)), sum1), 16);
    let sum2 = f32x4.mul(t0, v128.load(e, 32));
    sum2 = madd(t1, f32x4.add(v128.load(d, 32), v128.load(f, 32)), sum2);
    sum2 = madd(t2, f32x4.add(v128.load(c, 32), v128.load(g, 32)), sum2);
    sum2 = madd(t3, f32x4.add(v128.load(b, 32), v128.load(h, 32)), sum2);
    v128.store(out, madd(t4, f32x4.add(v128.load(a, 32), v128.load(i, 32)), sum2), 32);
    let sum3 = f32x4.mul(t0, v128.load(e, 48));
    sum3 = madd(t1, f32x4.add(v128.load(d, 48), v128.load(f, 48)), sum3);
    sum3 = madd(t2, f32x4.add(v128.load(c, 48), v128.load(g, 48)), sum3);
    sum3 = madd(t3, f32x4.add(v128.load(b, 48), v128.load(h, 48)), sum3);
    v128.store(out, madd(t4, f32x4.add(v128.load(a, 48), v128.load(i, 48)), sum3), 48);
    a += BLOCK; b += BLOCK; c += BLOCK; d += BLOCK; e += BLOCK; f += BLOCK; g += BLOCK; h += BLOCK; i += BLOCK;
  }
}

/** The window on a row at four positions. @param at MARGIN before the first of them */
// @ts-ignore: decorator
@inline
export function across(at: usize, t0: v128, t1: v128, t2: v128, t3: v128, t4: v128): v128 {
  let sum = f32x4.mul(t0, v128.load(at, 16));
  sum = madd(t1, f32x4.add(v128.load(at, 12), v128.load(at, 20)), sum);
  sum = madd(t2, f32x4.add(v128.load(at, 8), v128.load(at, 24)), sum);
  sum = madd(t3, f32x4.add(v128.load(at, 4), v128.load(at, 28)), sum);
  return madd(t4, f32x4.add(v128.load(at), v128.load(at, 32)), sum);
}

/** Bytes of a row of so many positions with its fillers: whole blocks. */
export function bytesOf(width: u32): usize {
  return (4 * width + BLOCK - 1) & ~(BLOCK - 1);
}
