/**
 * @file Dense layers on planes: a plane holds one feature of a run of pixels, so that vectors run over pixels and weights are
 * broadcast. Layers of a pyramid field are narrow and their inputs are often rows of pictures at some offset, which planes
 * need not copy. Loops are not unrolled, for the reason in `../dense.ts`; the tile is 4 outputs × 2 vectors.
 *
 * Weights of a layer are in groups of four outputs, [group][1 + inputs][4], the bias first.
 */

import { madd, QUAD, SUM, WIDE } from './vector';
import { KEEP } from './actions';
import { CHECKED, checkWrite } from './checks';
import { wideGradientTile, wideGroup, wideTriple, wideTripleTile } from './wide/planar';

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
  const bytes = <usize>pixels * 4;
  const wide: usize = WIDE ? bytes & ~63 : 0;
  if (CHECKED) checkPlanes(out, stride, outputs, pixels);
  for (let group: u32 = 0; group < outputs; group += 4) {
    if (outputs - group == 3) {
      if (WIDE) wideTriple(inputs, count, weights, out, stride, wide);
      denseTriple(inputs, count, weights, out, stride, wide, bytes);
    } else {
      if (WIDE) wideGroup(inputs, count, weights, out, stride, wide, KEEP);
      denseGroup(inputs, count, weights, out, stride, wide, bytes);
    }
    weights += QUAD * (1 + count);
    out += 4 * stride;
  }
}

function checkPlanes(out: usize, stride: usize, outputs: u32, pixels: u32): void {
  const planes: usize = (outputs & 3) == 3 ? outputs : (outputs + 3) & ~3;
  assert(pixels % 8 == 0 && stride >= 4 * pixels, 'planes overlap');
  checkWrite(out, stride * (planes - 1) + 4 * pixels);
}

/** Four outputs at the pixels of bytes from … to − 1. */
function denseGroup(
  inputs: usize, count: u32, weights: usize, out: usize, stride: usize, from: usize, to: usize,
): void {
  const first = weights + QUAD;
  const last = first + QUAD * <usize>count;
  const b0 = v128.load_splat<f32>(weights), b1 = v128.load_splat<f32>(weights, 4);
  const b2 = v128.load_splat<f32>(weights, 8), b3 = v128.load_splat<f32>(weights, 12);
  const out1 = out + stride, out2 = out1 + stride, out3 = out2 + stride;
  for (let p = from; p < to; p += 32) {
    let s00 = b0, s01 = b0, s10 = b1, s11 = b1, s20 = b2, s21 = b2, s30 = b3, s31 = b3;
    let plane = inputs;
    for (let w = first; w < last; w += QUAD, plane += 4) {
      const x = <usize>load<u32>(plane) + p;
      const x0 = v128.load(x), x1 = v128.load(x, 16);
      let v = v128.load_splat<f32>(w);
      s00 = madd(v, x0, s00); s01 = madd(v, x1, s01);
      v = v128.load_splat<f32>(w, 4);
      s10 = madd(v, x0, s10); s11 = madd(v, x1, s11);
      v = v128.load_splat<f32>(w, 8);
      s20 = madd(v, x0, s20); s21 = madd(v, x1, s21);
      v = v128.load_splat<f32>(w, 12);
      s30 = madd(v, x0, s30); s31 = madd(v, x1, s31);
    }
    v128.store(out + p, s00); v128.store(out + p, s01, 16);
    v128.store(out1 + p, s10); v128.store(out1 + p, s11, 16);
    v128.store(out2 + p, s20); v128.store(out2 + p, s21, 16);
    v128.store(out3 + p, s30); v128.store(out3 + p, s31, 16);
  }
}

/** As `denseGroup` without the fourth output: pictures have three channels. */
function denseTriple(
  inputs: usize, count: u32, weights: usize, out: usize, stride: usize, from: usize, to: usize,
): void {
  const first = weights + QUAD;
  const last = first + QUAD * <usize>count;
  const b0 = v128.load_splat<f32>(weights), b1 = v128.load_splat<f32>(weights, 4);
  const b2 = v128.load_splat<f32>(weights, 8);
  const out1 = out + stride, out2 = out1 + stride;
  for (let p = from; p < to; p += 32) {
    let s00 = b0, s01 = b0, s10 = b1, s11 = b1, s20 = b2, s21 = b2;
    let plane = inputs;
    for (let w = first; w < last; w += QUAD, plane += 4) {
      const x = <usize>load<u32>(plane) + p;
      const x0 = v128.load(x), x1 = v128.load(x, 16);
      let v = v128.load_splat<f32>(w);
      s00 = madd(v, x0, s00); s01 = madd(v, x1, s01);
      v = v128.load_splat<f32>(w, 4);
      s10 = madd(v, x0, s10); s11 = madd(v, x1, s11);
      v = v128.load_splat<f32>(w, 8);
      s20 = madd(v, x0, s20); s21 = madd(v, x1, s21);
    }
    v128.store(out + p, s00); v128.store(out + p, s01, 16);
    v128.store(out1 + p, s10); v128.store(out1 + p, s11, 16);
    v128.store(out2 + p, s20); v128.store(out2 + p, s21, 16);
  }
}

/**
 * Adds the gradient of a layer's weights: sums[o][i] += Σₚ delta[o][p]·in[i][p], sums[o][inputs] += Σₚ delta[o][p] (the bias). A sum is
 * eight floats, of which the host adds the lanes: [outputs rounded up to 4][inputs + 1][8].
 * @param deltas the loss' gradient at the affine map; planes `stride` bytes apart, as many as outputs rounded up to 4
 */
export function gradientPlanes(
  deltas: usize, stride: usize, outputs: u32, inputs: usize, count: u32, sums: usize, pixels: u32,
): void {
  const bytes = <usize>pixels * 4;
  const row = SUM * (1 + <usize>count);
  for (let group: u32 = 0; group < outputs; group += 4) {
    const tripled = outputs - group == 3 ? count - count % 3 : 0;
    for (let i: u32 = 0; i < tripled; i += 3) {
      if (WIDE) wideTripleTile(deltas, stride, inputs + 4 * i, sums + SUM * i, row, bytes);
      else tripleTile(deltas, stride, inputs + 4 * i, sums + SUM * i, row, bytes);
    }
    restOfGroup(deltas, stride, inputs, count, tripled, sums, row, bytes);
    deltas += 4 * stride;
    sums += 4 * row;
  }
}

/** Four outputs × inputs i … count − 1 and the bias. */
function restOfGroup(
  deltas: usize, stride: usize, inputs: usize, count: u32, i: u32, sums: usize, row: usize, bytes: usize,
): void {
  for (; i + 2 <= count; i += 2) {
    if (WIDE) wideGradientTile(deltas, stride, inputs + 4 * i, sums + SUM * i, row, bytes);
    else gradientTile(deltas, stride, inputs + 4 * i, sums + SUM * i, row, bytes);
  }
  if (i < count) lastColumns(deltas, stride, load<u32>(inputs + 4 * i), sums + SUM * i, row, bytes);
  else addRows(deltas, stride, sums + SUM * count, row, bytes);
}

/** Three outputs × three inputs. */
function tripleTile(deltas: usize, stride: usize, inputs: usize, sums: usize, row: usize, bytes: usize): void {
  const deltas1 = deltas + stride, deltas2 = deltas1 + stride;
  const sums1 = sums + row, sums2 = sums1 + row;
  const in0 = <usize>load<u32>(inputs), in1 = <usize>load<u32>(inputs, 4), in2 = <usize>load<u32>(inputs, 8);
  let s00 = v128.load(sums), s01 = v128.load(sums, 32), s02 = v128.load(sums, 64);
  let s10 = v128.load(sums1), s11 = v128.load(sums1, 32), s12 = v128.load(sums1, 64);
  let s20 = v128.load(sums2), s21 = v128.load(sums2, 32), s22 = v128.load(sums2, 64);
  for (let p: usize = 0; p < bytes; p += 16) {
    const x0 = v128.load(in0 + p), x1 = v128.load(in1 + p), x2 = v128.load(in2 + p);
    let d = v128.load(deltas + p);
    s00 = madd(d, x0, s00); s01 = madd(d, x1, s01); s02 = madd(d, x2, s02);
    d = v128.load(deltas1 + p);
    s10 = madd(d, x0, s10); s11 = madd(d, x1, s11); s12 = madd(d, x2, s12);
    d = v128.load(deltas2 + p);
    s20 = madd(d, x0, s20); s21 = madd(d, x1, s21); s22 = madd(d, x2, s22);
  }
  v128.store(sums, s00); v128.store(sums, s01, 32); v128.store(sums, s02, 64);
  v128.store(sums1, s10); v128.store(sums1, s11, 32); v128.store(sums1, s12, 64);
  v128.store(sums2, s20); v128.store(sums2, s21, 32); v128.store(sums2, s22, 64);
}

/** Four outputs × two inputs. */
function gradientTile(deltas: usize, stride: usize, inputs: usize, sums: usize, row: usize, bytes: usize): void {
  const deltas1 = deltas + stride, deltas2 = deltas1 + stride, deltas3 = deltas2 + stride;
  const sums1 = sums + row, sums2 = sums1 + row, sums3 = sums2 + row;
  const in0 = <usize>load<u32>(inputs), in1 = <usize>load<u32>(inputs, 4);
  let s00 = v128.load(sums), s01 = v128.load(sums, 32), s10 = v128.load(sums1), s11 = v128.load(sums1, 32);
  let s20 = v128.load(sums2), s21 = v128.load(sums2, 32), s30 = v128.load(sums3), s31 = v128.load(sums3, 32);
  for (let p: usize = 0; p < bytes; p += 16) {
    const x0 = v128.load(in0 + p), x1 = v128.load(in1 + p);
    let d = v128.load(deltas + p);
    s00 = madd(d, x0, s00); s01 = madd(d, x1, s01);
    d = v128.load(deltas1 + p);
    s10 = madd(d, x0, s10); s11 = madd(d, x1, s11);
    d = v128.load(deltas2 + p);
    s20 = madd(d, x0, s20); s21 = madd(d, x1, s21);
    d = v128.load(deltas3 + p);
    s30 = madd(d, x0, s30); s31 = madd(d, x1, s31);
  }
  v128.store(sums, s00); v128.store(sums, s01, 32); v128.store(sums1, s10); v128.store(sums1, s11, 32);
  v128.store(sums2, s20); v128.store(sums2, s21, 32); v128.store(sums3, s30); v128.store(sums3, s31, 32);
}

/** Four outputs × one input and the bias. */
function lastColumns(deltas: usize, stride: usize, input: usize, sums: usize, row: usize, bytes: usize): void {
  const deltas1 = deltas + stride, deltas2 = deltas1 + stride, deltas3 = deltas2 + stride;
  const sums1 = sums + row, sums2 = sums1 + row, sums3 = sums2 + row;
  let s0 = v128.load(sums), b0 = v128.load(sums, 32), s1 = v128.load(sums1), b1 = v128.load(sums1, 32);
  let s2 = v128.load(sums2), b2 = v128.load(sums2, 32), s3 = v128.load(sums3), b3 = v128.load(sums3, 32);
  for (let p: usize = 0; p < bytes; p += 16) {
    const x = v128.load(input + p);
    let d = v128.load(deltas + p);
    s0 = madd(d, x, s0); b0 = f32x4.add(b0, d);
    d = v128.load(deltas1 + p);
    s1 = madd(d, x, s1); b1 = f32x4.add(b1, d);
    d = v128.load(deltas2 + p);
    s2 = madd(d, x, s2); b2 = f32x4.add(b2, d);
    d = v128.load(deltas3 + p);
    s3 = madd(d, x, s3); b3 = f32x4.add(b3, d);
  }
  v128.store(sums, s0); v128.store(sums, b0, 32); v128.store(sums1, s1); v128.store(sums1, b1, 32);
  v128.store(sums2, s2); v128.store(sums2, b2, 32); v128.store(sums3, s3); v128.store(sums3, b3, 32);
}

/** Sums four planes. */
function addRows(planes: usize, stride: usize, sums: usize, row: usize, bytes: usize): void {
  const planes1 = planes + stride, planes2 = planes1 + stride, planes3 = planes2 + stride;
  let s0 = v128.load(sums), s1 = v128.load(sums + row), s2 = v128.load(sums + 2 * row), s3 = v128.load(sums + 3 * row);
  for (let p: usize = 0; p < bytes; p += 16) {
    s0 = f32x4.add(s0, v128.load(planes + p));
    s1 = f32x4.add(s1, v128.load(planes1 + p));
    s2 = f32x4.add(s2, v128.load(planes2 + p));
    s3 = f32x4.add(s3, v128.load(planes3 + p));
  }
  v128.store(sums, s0); v128.store(sums + row, s1); v128.store(sums + 2 * row, s2); v128.store(sums + 3 * row, s3);
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
