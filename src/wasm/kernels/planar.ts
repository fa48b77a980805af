/**
 * @file Dense layers on planes: a plane holds one feature of a run of pixels, so that vectors run over pixels and weights are
 * broadcast. Layers of a pyramid field are narrow and their inputs are often rows of pictures at some offset, which planes
 * need not copy. Loops are not unrolled, for the reason in `dense.ts`.
 *
 * Weights of a layer are in groups of four outputs, [group][1 + inputs][4], the bias first.
 */

import { CHECKED, checkWrite } from './checks';
import { madd, QUAD, WIDE } from './vector';

/** What is done with sums before they are stored: nothing, max(0, sum), or 0 where the output was not positive. */
const KEEP: u32 = 0;
const RECTIFY: u32 = 1;
const GATE: u32 = 2;

/**
 * out[o][p] = bias[o] + Σᵢ w[o][i]·in[i][p], the bias first and then the inputs in order; for `outputs` rounded up to a multiple of
 * four planes, but for the last of three.
 * @param inputs addresses of the input planes, u32 each
 * @param out the first output plane; planes are `stride` bytes apart
 * @param pixels a multiple of 8
 */
export function densePlanes(
  inputs: usize, count: u32, weights: usize, out: usize, stride: usize, outputs: u32, pixels: u32,
): void {
  // Pictures have three channels.
  const last: u32 = (outputs & 3) == 3 ? 3 : 0, others = outputs - last;
  denseGroups(inputs, count, weights, out, stride, others, pixels, KEEP);
  if (last) {
    denseGroup(inputs, count, weights + QUAD * (1 + count) * (others / 4), out + stride * others, stride, pixels, 3, KEEP);
  }
}

/** out[o][p] = max(0, bias[o] + Σᵢ w[o][i]·in[i][p]) */
export function rectifiedPlanes(
  inputs: usize, count: u32, weights: usize, out: usize, stride: usize, outputs: u32, pixels: u32,
): void {
  denseGroups(inputs, count, weights, out, stride, outputs, pixels, RECTIFY);
}

/** The sums where out[o][p] > 0, else 0: deltas that replace the outputs of a rectifier. */
export function gatedPlanes(
  inputs: usize, count: u32, weights: usize, out: usize, stride: usize, outputs: u32, pixels: u32,
): void {
  denseGroups(inputs, count, weights, out, stride, outputs, pixels, GATE);
}

/** Two outputs of a group of weights; writes up to 8 pixels too many. */
export function densePair(inputs: usize, count: u32, weights: usize, out: usize, stride: usize, pixels: u32): void {
  const bytes = (<usize>pixels * 4 + 63) & ~63;
  if (CHECKED) checkPlanes(out, stride, 2, bytes);
  tile(inputs, count, weights, out, stride, 0, bytes, 2, true, KEEP);
}

function checkPlanes(out: usize, stride: usize, planes: u32, bytes: usize): void {
  assert(bytes % 32 == 0 && stride >= bytes, 'planes overlap');
  checkWrite(out, stride * (planes - 1) + bytes);
}

/** Groups of four outputs, the last one filled up. */
// @ts-ignore: decorator
@inline
function denseGroups(
  inputs: usize, count: u32, weights: usize, out: usize, stride: usize, outputs: u32, pixels: u32, action: u32,
): void {
  for (let group: u32 = 0; group < outputs; group += 4) {
    denseGroup(inputs, count, weights, out, stride, pixels, 4, action);
    weights += QUAD * (1 + count);
    out += 4 * stride;
  }
}

/** @param outputs 3 or 4 */
// @ts-ignore: decorator
@inline
function denseGroup(
  inputs: usize, count: u32, weights: usize, out: usize, stride: usize, pixels: u32, outputs: u32, action: u32,
): void {
  const bytes = <usize>pixels * 4;
  const wide: usize = WIDE ? bytes & ~63 : 0;
  if (CHECKED) checkPlanes(out, stride, outputs, bytes);
  if (WIDE) tile(inputs, count, weights, out, stride, 0, wide, outputs, true, action);
  tile(inputs, count, weights, out, stride, wide, bytes, outputs, false, action);
}

/**
 * Outputs at the pixels of bytes from … to − 1, in tiles of `outputs` (2, 3 or 4) × 2 vectors or, where it is wide, × 4. Of a wide tile V8
 * holds two sums in a register of 256 bits. It merges only what it finds next to each other: loads of a pair of vectors, what is done
 * to them, and stores, after all loads.
 */
// @ts-ignore: decorator
@inline
function tile(
  inputs: usize, count: u32, weights: usize, out: usize, stride: usize, from: usize, to: usize,
  outputs: u32, wide: bool, action: u32,
): void {
  const first = weights + QUAD;
  const last = first + QUAD * <usize>count;
  const b0 = v128.load_splat<f32>(weights), b1 = v128.load_splat<f32>(weights, 4);
  const b2 = v128.load_splat<f32>(weights, 8), b3 = v128.load_splat<f32>(weights, 12);
  for (let p = from; p < to; p += wide ? 64 : 32) {
    let s00 = b0, s01 = b0, s02 = b0, s03 = b0, s10 = b1, s11 = b1, s12 = b1, s13 = b1;
    let s20 = b2, s21 = b2, s22 = b2, s23 = b2, s30 = b3, s31 = b3, s32 = b3, s33 = b3;
    let plane = inputs;
    for (let w = first; w < last; w += QUAD, plane += 4) {
      const x = <usize>load<u32>(plane) + p;
      const x0 = v128.load(x), x1 = v128.load(x, 16);
      const x2 = wide ? v128.load(x, 32) : x0, x3 = wide ? v128.load(x, 48) : x1;
      let v = v128.load_splat<f32>(w);
      s00 = madd(v, x0, s00); s01 = madd(v, x1, s01);
      if (wide) { s02 = madd(v, x2, s02); s03 = madd(v, x3, s03); }
      v = v128.load_splat<f32>(w, 4);
      s10 = madd(v, x0, s10); s11 = madd(v, x1, s11);
      if (wide) { s12 = madd(v, x2, s12); s13 = madd(v, x3, s13); }
      if (outputs > 2) {
        v = v128.load_splat<f32>(w, 8);
        s20 = madd(v, x0, s20); s21 = madd(v, x1, s21);
        if (wide) { s22 = madd(v, x2, s22); s23 = madd(v, x3, s23); }
      }
      if (outputs > 3) {
        v = v128.load_splat<f32>(w, 12);
        s30 = madd(v, x0, s30); s31 = madd(v, x1, s31);
        if (wide) { s32 = madd(v, x2, s32); s33 = madd(v, x3, s33); }
      }
    }
    const at = out + p, below = at + 2 * stride;
    if (action == GATE) {
      s00 = gated(s00, v128.load(at)); s01 = gated(s01, v128.load(at, 16));
      if (wide) { s02 = gated(s02, v128.load(at, 32)); s03 = gated(s03, v128.load(at, 48)); }
      s10 = gated(s10, v128.load(at + stride)); s11 = gated(s11, v128.load(at + stride, 16));
      if (wide) { s12 = gated(s12, v128.load(at + stride, 32)); s13 = gated(s13, v128.load(at + stride, 48)); }
      s20 = gated(s20, v128.load(below)); s21 = gated(s21, v128.load(below, 16));
      if (wide) { s22 = gated(s22, v128.load(below, 32)); s23 = gated(s23, v128.load(below, 48)); }
      s30 = gated(s30, v128.load(below + stride)); s31 = gated(s31, v128.load(below + stride, 16));
      if (wide) { s32 = gated(s32, v128.load(below + stride, 32)); s33 = gated(s33, v128.load(below + stride, 48)); }
    } else if (action == RECTIFY) {
      s00 = rectified(s00); s01 = rectified(s01);
      if (wide) { s02 = rectified(s02); s03 = rectified(s03); }
      s10 = rectified(s10); s11 = rectified(s11);
      if (wide) { s12 = rectified(s12); s13 = rectified(s13); }
      s20 = rectified(s20); s21 = rectified(s21);
      if (wide) { s22 = rectified(s22); s23 = rectified(s23); }
      s30 = rectified(s30); s31 = rectified(s31);
      if (wide) { s32 = rectified(s32); s33 = rectified(s33); }
    }
    v128.store(at, s00); v128.store(at, s01, 16);
    if (wide) { v128.store(at, s02, 32); v128.store(at, s03, 48); }
    v128.store(at + stride, s10); v128.store(at + stride, s11, 16);
    if (wide) { v128.store(at + stride, s12, 32); v128.store(at + stride, s13, 48); }
    if (outputs > 2) {
      v128.store(below, s20); v128.store(below, s21, 16);
      if (wide) { v128.store(below, s22, 32); v128.store(below, s23, 48); }
    }
    if (outputs > 3) {
      v128.store(below + stride, s30); v128.store(below + stride, s31, 16);
      if (wide) { v128.store(below + stride, s32, 32); v128.store(below + stride, s33, 48); }
    }
  }
}

/** max(0, sum) */
function rectified(sum: v128): v128 {
  return f32x4.pmax(f32x4.splat(0), sum);
}

/** A sum where the output is positive, else 0. */
function gated(sum: v128, output: v128): v128 {
  return v128.and(sum, f32x4.gt(output, f32x4.splat(0)));
}

/** sum[p] += plane[p] for `pixels`, a multiple of 4. */
export function addPlane(sum: usize, plane: usize, pixels: u32): void {
  for (const end = sum + 4 * <usize>pixels; sum < end; sum += 16, plane += 16) {
    v128.store(sum, f32x4.add(v128.load(sum), v128.load(plane)));
  }
}

/** product[p] *= plane[p] for `pixels`, a multiple of 4. */
export function multiplyPlane(product: usize, plane: usize, pixels: u32): void {
  for (const end = product + 4 * <usize>pixels; product < end; product += 16, plane += 16) {
    v128.store(product, f32x4.mul(v128.load(product), v128.load(plane)));
  }
}
