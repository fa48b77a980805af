/**
 * @file The context model's layers on the planes of a block, which lie PLANE bytes apart so that their offsets go into the
 * instructions. Tiles are those of `planar.ts`; rectifiers are applied to the sums before they are stored.
 */

import { madd, QUAD, SUM, WIDE } from '../../wasm/kernels/vector';
import { CHECKED, checkWrite } from '../../wasm/kernels/checks';
import { GATE, gated, RECTIFY, rectified } from '../../wasm/kernels/actions';
import { PLANE } from './context-block';
import { wideContextTile, widePairTile } from './wide-context';
import { wideGroup } from '../../wasm/kernels/wide/planar';

/** out[o][p] = max(0, bias[o] + Σᵢ w[o][i]·in[i][p]), see `densePlanes`. */
export function rectifiedPlanes(
  inputs: usize, count: u32, weights: usize, out: usize, outputs: u32, pixels: u32,
): void {
  for (const end = out + PLANE * outputs; out < end; out += 4 * PLANE) {
    contextGroup(inputs, count, weights, out, pixels, RECTIFY);
    weights += QUAD * (1 + count);
  }
}

/** The sums where out[o][p] > 0, else 0: deltas that replace the outputs of a rectifier. */
export function gatedPlanes(
  inputs: usize, count: u32, weights: usize, out: usize, outputs: u32, pixels: u32,
): void {
  for (const end = out + PLANE * outputs; out < end; out += 4 * PLANE) {
    contextGroup(inputs, count, weights, out, pixels, GATE);
    weights += QUAD * (1 + count);
  }
}

function checkBlock(out: usize, planes: usize, pixels: u32): void {
  assert(pixels % 8 == 0 && <usize>pixels * 4 <= PLANE, 'a block is too long');
  checkWrite(out, PLANE * planes);
}

// @ts-ignore: decorator
@inline
function contextGroup(inputs: usize, count: u32, weights: usize, out: usize, pixels: u32, action: u32): void {
  const bytes = <usize>pixels * 4;
  const wide: usize = WIDE ? bytes & ~63 : 0;
  if (CHECKED) checkBlock(out, 4, pixels);
  if (WIDE) wideGroup(inputs, count, weights, out, PLANE, wide, action);
  denseGroup(inputs, count, weights, out + wide, wide, bytes, action);
}

// @ts-ignore: decorator
@inline
function denseGroup(
  inputs: usize, count: u32, weights: usize, out: usize, from: usize, to: usize, action: u32,
): void {
  const first = weights + QUAD;
  const last = first + QUAD * <usize>count;
  const b0 = v128.load_splat<f32>(weights), b1 = v128.load_splat<f32>(weights, 4);
  const b2 = v128.load_splat<f32>(weights, 8), b3 = v128.load_splat<f32>(weights, 12);
  for (let p = from; p < to; p += 32, out += 32) {
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
    if (action == GATE) {
      s00 = gated(s00, v128.load(out)); s01 = gated(s01, v128.load(out, 16));
      s10 = gated(s10, v128.load(out, PLANE)); s11 = gated(s11, v128.load(out, PLANE + 16));
      s20 = gated(s20, v128.load(out, 2 * PLANE)); s21 = gated(s21, v128.load(out, 2 * PLANE + 16));
      s30 = gated(s30, v128.load(out, 3 * PLANE)); s31 = gated(s31, v128.load(out, 3 * PLANE + 16));
    } else {
      s00 = rectified(s00); s01 = rectified(s01);
      s10 = rectified(s10); s11 = rectified(s11);
      s20 = rectified(s20); s21 = rectified(s21);
      s30 = rectified(s30); s31 = rectified(s31);
    }
    v128.store(out, s00); v128.store(out, s01, 16);
    v128.store(out, s10, PLANE); v128.store(out, s11, PLANE + 16);
    v128.store(out, s20, 2 * PLANE); v128.store(out, s21, 2 * PLANE + 16);
    v128.store(out, s30, 3 * PLANE); v128.store(out, s31, 3 * PLANE + 16);
  }
}

/** Two outputs of a group of weights, without a rectifier; writes up to 8 pixels too many. */
export function densePair(inputs: usize, count: u32, weights: usize, out: usize, pixels: u32): void {
  const first = weights + QUAD;
  const last = first + QUAD * <usize>count;
  const bytes = <usize>pixels * 4;
  const b0 = v128.load_splat<f32>(weights), b1 = v128.load_splat<f32>(weights, 4);
  if (CHECKED) checkBlock(out, 2, pixels);
  for (let p: usize = 0; p < bytes; p += 64, out += 64) {
    let s00 = b0, s01 = b0, s02 = b0, s03 = b0, s10 = b1, s11 = b1, s12 = b1, s13 = b1;
    let plane = inputs;
    for (let w = first; w < last; w += QUAD, plane += 4) {
      const at = <usize>load<u32>(plane) + p;
      const w0 = v128.load_splat<f32>(w), w1 = v128.load_splat<f32>(w, 4);
      let x = v128.load(at);
      s00 = madd(w0, x, s00); s10 = madd(w1, x, s10);
      x = v128.load(at, 16);
      s01 = madd(w0, x, s01); s11 = madd(w1, x, s11);
      x = v128.load(at, 32);
      s02 = madd(w0, x, s02); s12 = madd(w1, x, s12);
      x = v128.load(at, 48);
      s03 = madd(w0, x, s03); s13 = madd(w1, x, s13);
    }
    v128.store(out, s00); v128.store(out, s01, 16);
    v128.store(out, s02, 32); v128.store(out, s03, 48);
    v128.store(out, s10, PLANE); v128.store(out, s11, PLANE + 16);
    v128.store(out, s12, PLANE + 32); v128.store(out, s13, PLANE + 48);
  }
}

/**
 * Adds the gradient of a layer's weights, see `gradientPlanes`.
 * @param inputs the layer's, then a plane of ones for the bias
 * @param count of the inputs with the plane of ones
 * @param outputs a multiple of 4
 */
export function gradientSums(deltas: usize, outputs: u32, inputs: usize, count: u32, sums: usize, pixels: u32): void {
  const row = SUM * <usize>count;
  for (const end = deltas + PLANE * outputs; deltas < end; deltas += 4 * PLANE, sums += 4 * row) {
    let i: u32 = 0;
    for (; i + 2 <= count; i += 2) {
      if (WIDE) wideContextTile(deltas, inputs + 4 * i, sums + SUM * i, row, pixels);
      else gradientTile(deltas, inputs + 4 * i, sums + SUM * i, row, pixels);
    }
    if (i < count) gradientColumn(deltas, load<u32>(inputs + 4 * i), sums + SUM * i, row, pixels);
  }
}

/** Four outputs × two inputs. */
function gradientTile(deltas: usize, inputs: usize, sums: usize, row: usize, pixels: u32): void {
  const sums1 = sums + row, sums2 = sums1 + row, sums3 = sums2 + row;
  let in0 = <usize>load<u32>(inputs), in1 = <usize>load<u32>(inputs, 4);
  let s00 = v128.load(sums), s01 = v128.load(sums, 32), s10 = v128.load(sums1), s11 = v128.load(sums1, 32);
  let s20 = v128.load(sums2), s21 = v128.load(sums2, 32), s30 = v128.load(sums3), s31 = v128.load(sums3, 32);
  for (const end = deltas + 4 * <usize>pixels; deltas < end; deltas += 16, in0 += 16, in1 += 16) {
    const x0 = v128.load(in0), x1 = v128.load(in1);
    let d = v128.load(deltas);
    s00 = madd(d, x0, s00); s01 = madd(d, x1, s01);
    d = v128.load(deltas, PLANE);
    s10 = madd(d, x0, s10); s11 = madd(d, x1, s11);
    d = v128.load(deltas, 2 * PLANE);
    s20 = madd(d, x0, s20); s21 = madd(d, x1, s21);
    d = v128.load(deltas, 3 * PLANE);
    s30 = madd(d, x0, s30); s31 = madd(d, x1, s31);
  }
  v128.store(sums, s00); v128.store(sums, s01, 32); v128.store(sums1, s10); v128.store(sums1, s11, 32);
  v128.store(sums2, s20); v128.store(sums2, s21, 32); v128.store(sums3, s30); v128.store(sums3, s31, 32);
}

/** Four outputs × one input. */
function gradientColumn(deltas: usize, input: usize, sums: usize, row: usize, pixels: u32): void {
  const sums1 = sums + row, sums2 = sums1 + row, sums3 = sums2 + row;
  let s0 = v128.load(sums), s1 = v128.load(sums1), s2 = v128.load(sums2), s3 = v128.load(sums3);
  for (const end = deltas + 4 * <usize>pixels; deltas < end; deltas += 16, input += 16) {
    const x = v128.load(input);
    s0 = madd(v128.load(deltas), x, s0);
    s1 = madd(v128.load(deltas, PLANE), x, s1);
    s2 = madd(v128.load(deltas, 2 * PLANE), x, s2);
    s3 = madd(v128.load(deltas, 3 * PLANE), x, s3);
  }
  v128.store(sums, s0); v128.store(sums1, s1); v128.store(sums2, s2); v128.store(sums3, s3);
}

/** As `gradientSums` for two outputs. */
export function gradientSumsOfPair(deltas: usize, inputs: usize, count: u32, sums: usize, pixels: u32): void {
  const row = SUM * <usize>count;
  let i: u32 = 0;
  for (; i + 4 <= count; i += 4) {
    if (WIDE) widePairTile(deltas, inputs + 4 * i, sums + SUM * i, row, pixels);
    else pairTile(deltas, inputs + 4 * i, sums + SUM * i, row, pixels);
  }
  for (; i < count; i++) pairColumn(deltas, load<u32>(inputs + 4 * i), sums + SUM * i, row, pixels);
}

/** Two outputs × four inputs. */
function pairTile(deltas: usize, inputs: usize, sums: usize, row: usize, pixels: u32): void {
  const sums1 = sums + row;
  let in0 = <usize>load<u32>(inputs), in1 = <usize>load<u32>(inputs, 4);
  let in2 = <usize>load<u32>(inputs, 8), in3 = <usize>load<u32>(inputs, 12);
  let s00 = v128.load(sums), s01 = v128.load(sums, 32), s02 = v128.load(sums, 64), s03 = v128.load(sums, 96);
  let s10 = v128.load(sums1), s11 = v128.load(sums1, 32), s12 = v128.load(sums1, 64), s13 = v128.load(sums1, 96);
  for (const end = deltas + 4 * <usize>pixels; deltas < end; deltas += 16) {
    const d0 = v128.load(deltas), d1 = v128.load(deltas, PLANE);
    let x = v128.load(in0);
    s00 = madd(d0, x, s00); s10 = madd(d1, x, s10);
    x = v128.load(in1);
    s01 = madd(d0, x, s01); s11 = madd(d1, x, s11);
    x = v128.load(in2);
    s02 = madd(d0, x, s02); s12 = madd(d1, x, s12);
    x = v128.load(in3);
    s03 = madd(d0, x, s03); s13 = madd(d1, x, s13);
    in0 += 16; in1 += 16; in2 += 16; in3 += 16;
  }
  v128.store(sums, s00); v128.store(sums, s01, 32); v128.store(sums, s02, 64); v128.store(sums, s03, 96);
  v128.store(sums1, s10); v128.store(sums1, s11, 32); v128.store(sums1, s12, 64); v128.store(sums1, s13, 96);
}

/** Two outputs × one input. */
function pairColumn(deltas: usize, input: usize, sums: usize, row: usize, pixels: u32): void {
  const sums1 = sums + row;
  let s0 = v128.load(sums), s1 = v128.load(sums1);
  for (const end = deltas + 4 * <usize>pixels; deltas < end; deltas += 16, input += 16) {
    const x = v128.load(input);
    s0 = madd(v128.load(deltas), x, s0);
    s1 = madd(v128.load(deltas, PLANE), x, s1);
  }
  v128.store(sums, s0); v128.store(sums1, s1);
}
