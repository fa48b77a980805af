/**
 * @file The dense layer, in the two loops that a fit consists of. Activations are A[feature/8][position][8]; a *panel* of
 * weights is one bias row and a row of eight outputs per input, [1 + inputs][8]. All inner loops are contiguous.
 *
 * The tile is 4 positions × 2 vectors, 8 sums and 6 loaded vectors of V8's 15 registers; a wide one is twice as high. The inner loops
 * are not unrolled: V8 would move all loads of the longer body before its sums and spill them.
 */

import { CHECKED, checkWrite } from './checks';
import { LANES, madd, PANEL, ROW, WIDE } from './vector';

/**
 * Eight outputs at every position: out[p][·] = bias + Σᵢ A[i][p]·w[i][·], the bias first and then the inputs in order.
 * Also carries gradients back to the inputs of a layer, with its transposed weights and a bias of zero.
 * @param activations `inputs` features at `positions` (a multiple of 4)
 * @param panel the weights
 * @param out [positions][8]
 */
export function densePanel(activations: usize, inputs: u32, panel: usize, out: usize, positions: u32): void {
  const bytes = ROW * <usize>positions;
  const wide: usize = WIDE ? bytes - bytes % (8 * ROW) : 0;
  if (CHECKED) checkWrite(out, bytes);
  if (WIDE) denseTiles(activations, bytes, inputs, panel, out, 0, wide, true);
  denseTiles(activations, bytes, inputs, panel, out, wide, bytes, false);
}

/** Positions of the bytes from … to − 1 of a row of activations. @param stride bytes of such a row */
// @ts-ignore: decorator
@inline
function denseTiles(
  activations: usize, stride: usize, inputs: u32, panel: usize, out: usize, from: usize, to: usize, wide: bool,
): void {
  const bias0 = v128.load(panel), bias1 = v128.load(panel, 16);
  const first = panel + ROW;
  const last = first + ROW * <usize>inputs;
  const end = out + to;
  out += from;
  activations += from;
  while (out < end) {
    let s00 = bias0, s01 = bias1, s10 = bias0, s11 = bias1, s20 = bias0, s21 = bias1, s30 = bias0, s31 = bias1;
    let s40 = bias0, s41 = bias1, s50 = bias0, s51 = bias1, s60 = bias0, s61 = bias1, s70 = bias0, s71 = bias1;
    let w = first;
    let features = activations;
    while (w < last) {
      const stop = min(w + PANEL, last);
      let a = features;
      while (w < stop) {
        const w0 = v128.load(w), w1 = v128.load(w, 16);
        let x = v128.load_splat<f32>(a);
        s00 = madd(x, w0, s00); s01 = madd(x, w1, s01);
        x = v128.load_splat<f32>(a, 32);
        s10 = madd(x, w0, s10); s11 = madd(x, w1, s11);
        x = v128.load_splat<f32>(a, 64);
        s20 = madd(x, w0, s20); s21 = madd(x, w1, s21);
        x = v128.load_splat<f32>(a, 96);
        s30 = madd(x, w0, s30); s31 = madd(x, w1, s31);
        if (wide) {
          x = v128.load_splat<f32>(a, 128);
          s40 = madd(x, w0, s40); s41 = madd(x, w1, s41);
          x = v128.load_splat<f32>(a, 160);
          s50 = madd(x, w0, s50); s51 = madd(x, w1, s51);
          x = v128.load_splat<f32>(a, 192);
          s60 = madd(x, w0, s60); s61 = madd(x, w1, s61);
          x = v128.load_splat<f32>(a, 224);
          s70 = madd(x, w0, s70); s71 = madd(x, w1, s71);
        }
        w += ROW;
        a += 4;
      }
      features += stride;
    }
    v128.store(out, s00); v128.store(out, s01, 16); v128.store(out, s10, 32); v128.store(out, s11, 48);
    v128.store(out, s20, 64); v128.store(out, s21, 80); v128.store(out, s30, 96); v128.store(out, s31, 112);
    if (wide) {
      v128.store(out, s40, 128); v128.store(out, s41, 144); v128.store(out, s50, 160); v128.store(out, s51, 176);
      v128.store(out, s60, 192); v128.store(out, s61, 208); v128.store(out, s70, 224); v128.store(out, s71, 240);
    }
    out += wide ? 8 * ROW : 4 * ROW;
    activations += wide ? 8 * ROW : 4 * ROW;
  }
}

/**
 * Adds the gradient of one panel: bias += Σₚ d[p][·], w[i][·] += Σₚ A[i][p]·d[p][·].
 * @param activations `inputs` features at `positions`; inputs are taken by fours, those beyond the last are zeros
 * @param deltas [positions][8]: the loss' gradient at the eight outputs
 */
export function gradientPanel(activations: usize, inputs: u32, deltas: usize, panel: usize, positions: u32): void {
  const wide: u32 = WIDE ? inputs & ~7 : 0;
  addRows(deltas, positions, panel);
  if (WIDE) gradientTiles(activations, 0, wide, deltas, panel + ROW, positions, true);
  gradientTiles(activations, wide, inputs, deltas, panel + ROW, positions, false);
}

/** Rows of a panel for the inputs from … to − 1. */
// @ts-ignore: decorator
@inline
function gradientTiles(
  activations: usize, from: u32, to: u32, deltas: usize, rows: usize, positions: u32, wide: bool,
): void {
  const stride = ROW * <usize>positions;
  const end = deltas + stride;
  rows += ROW * from;
  for (let input = from; input < to; input += wide ? 8 : 4) {
    let s00 = v128.load(rows), s01 = v128.load(rows, 16), s10 = v128.load(rows, 32), s11 = v128.load(rows, 48);
    let s20 = v128.load(rows, 64), s21 = v128.load(rows, 80), s30 = v128.load(rows, 96), s31 = v128.load(rows, 112);
    let s40 = s00, s41 = s01, s50 = s10, s51 = s11, s60 = s20, s61 = s21, s70 = s30, s71 = s31;
    if (wide) {
      s40 = v128.load(rows, 128); s41 = v128.load(rows, 144); s50 = v128.load(rows, 160); s51 = v128.load(rows, 176);
      s60 = v128.load(rows, 192); s61 = v128.load(rows, 208); s70 = v128.load(rows, 224); s71 = v128.load(rows, 240);
    }
    let a = activations + stride * (input / LANES) + 4 * (input % LANES);
    for (let d = deltas; d < end; d += ROW, a += ROW) {
      const d0 = v128.load(d), d1 = v128.load(d, 16);
      let x = v128.load_splat<f32>(a);
      s00 = madd(x, d0, s00); s01 = madd(x, d1, s01);
      x = v128.load_splat<f32>(a, 4);
      s10 = madd(x, d0, s10); s11 = madd(x, d1, s11);
      x = v128.load_splat<f32>(a, 8);
      s20 = madd(x, d0, s20); s21 = madd(x, d1, s21);
      x = v128.load_splat<f32>(a, 12);
      s30 = madd(x, d0, s30); s31 = madd(x, d1, s31);
      if (wide) {
        x = v128.load_splat<f32>(a, 16);
        s40 = madd(x, d0, s40); s41 = madd(x, d1, s41);
        x = v128.load_splat<f32>(a, 20);
        s50 = madd(x, d0, s50); s51 = madd(x, d1, s51);
        x = v128.load_splat<f32>(a, 24);
        s60 = madd(x, d0, s60); s61 = madd(x, d1, s61);
        x = v128.load_splat<f32>(a, 28);
        s70 = madd(x, d0, s70); s71 = madd(x, d1, s71);
      }
    }
    v128.store(rows, s00); v128.store(rows, s01, 16); v128.store(rows, s10, 32); v128.store(rows, s11, 48);
    v128.store(rows, s20, 64); v128.store(rows, s21, 80); v128.store(rows, s30, 96); v128.store(rows, s31, 112);
    if (wide) {
      v128.store(rows, s40, 128); v128.store(rows, s41, 144); v128.store(rows, s50, 160); v128.store(rows, s51, 176);
      v128.store(rows, s60, 192); v128.store(rows, s61, 208); v128.store(rows, s70, 224); v128.store(rows, s71, 240);
    }
    rows += wide ? 8 * ROW : 4 * ROW;
  }
}

function addRows(rows: usize, count: u32, sum: usize): void {
  let s0 = v128.load(sum), s1 = v128.load(sum, 16);
  for (const end = rows + ROW * <usize>count; rows < end; rows += ROW) {
    s0 = f32x4.add(s0, v128.load(rows));
    s1 = f32x4.add(s1, v128.load(rows, 16));
  }
  v128.store(sum, s0); v128.store(sum, s1, 16);
}
