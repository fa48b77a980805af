/**
 * @file The dense layer, in the two loops that a fit consists of. Activations are A[feature/8][position][8]; a *panel* of
 * weights is one bias row and a row of eight outputs per input, [1 + inputs][8]. All inner loops are contiguous.
 *
 * The tile is 4 positions × 2 vectors, 8 sums and 6 loaded vectors of V8's 15 registers. The inner loops are not unrolled:
 * V8 would move all loads of the longer body before its sums and spill them.
 */

import { CHECKED, checkWrite } from './checks';
import { LANES, madd, PANEL, ROW, WIDE } from './vector';
import { wideDensePanel, wideGradientPanel } from './wide/dense';

/**
 * Eight outputs at every position: out[p][·] = bias + Σᵢ A[i][p]·w[i][·], the bias first and then the inputs in order.
 * Also carries gradients back to the inputs of a layer, with its transposed weights and a bias of zero.
 * @param activations `inputs` features at `positions` (a multiple of 4)
 * @param panel the weights
 * @param out [positions][8]
 */
export function densePanel(activations: usize, inputs: u32, panel: usize, out: usize, positions: u32): void {
  const bias0 = v128.load(panel), bias1 = v128.load(panel, 16);
  const stride = ROW * <usize>positions;
  const first = panel + ROW;
  const last = first + ROW * <usize>inputs;
  const end = out + stride;
  if (CHECKED) checkWrite(out, stride);
  if (WIDE) {
    wideDensePanel(activations, inputs, panel, out, positions);
    const done = stride - stride % (8 * ROW);
    activations += done;
    out += done;
  }
  while (out < end) {
    let s00 = bias0, s01 = bias1, s10 = bias0, s11 = bias1;
    let s20 = bias0, s21 = bias1, s30 = bias0, s31 = bias1;
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
        w += ROW;
        a += 4;
      }
      features += stride;
    }
    v128.store(out, s00); v128.store(out, s01, 16);
    v128.store(out, s10, 32); v128.store(out, s11, 48);
    v128.store(out, s20, 64); v128.store(out, s21, 80);
    v128.store(out, s30, 96); v128.store(out, s31, 112);
    out += 4 * ROW;
    activations += 4 * ROW;
  }
}

/**
 * Adds the gradient of one panel: bias += Σₚ d[p][·], w[i][·] += Σₚ A[i][p]·d[p][·].
 * @param activations `inputs` features at `positions`; inputs are taken by fours, those beyond the last are zeros
 * @param deltas [positions][8]: the loss' gradient at the eight outputs
 */
export function gradientPanel(activations: usize, inputs: u32, deltas: usize, panel: usize, positions: u32): void {
  addRows(deltas, positions, panel);
  const stride = ROW * <usize>positions;
  const end = deltas + stride;
  panel += ROW;
  let input: u32 = 0;
  if (WIDE) {
    wideGradientPanel(activations, inputs, deltas, panel, positions);
    input = inputs & ~7;
    panel += ROW * input;
  }
  for (; input < inputs; input += 4) {
    let s00 = v128.load(panel), s01 = v128.load(panel, 16);
    let s10 = v128.load(panel, 32), s11 = v128.load(panel, 48);
    let s20 = v128.load(panel, 64), s21 = v128.load(panel, 80);
    let s30 = v128.load(panel, 96), s31 = v128.load(panel, 112);
    let a = activations + stride * (input / LANES) + 4 * (input % LANES);
    let d = deltas;
    while (d < end) {
      const d0 = v128.load(d), d1 = v128.load(d, 16);
      let x = v128.load_splat<f32>(a);
      s00 = madd(x, d0, s00); s01 = madd(x, d1, s01);
      x = v128.load_splat<f32>(a, 4);
      s10 = madd(x, d0, s10); s11 = madd(x, d1, s11);
      x = v128.load_splat<f32>(a, 8);
      s20 = madd(x, d0, s20); s21 = madd(x, d1, s21);
      x = v128.load_splat<f32>(a, 12);
      s30 = madd(x, d0, s30); s31 = madd(x, d1, s31);
      d += ROW;
      a += ROW;
    }
    v128.store(panel, s00); v128.store(panel, s01, 16);
    v128.store(panel, s10, 32); v128.store(panel, s11, 48);
    v128.store(panel, s20, 64); v128.store(panel, s21, 80);
    v128.store(panel, s30, 96); v128.store(panel, s31, 112);
    panel += 4 * ROW;
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

/** product[i] *= factor[i] for `count` floats, a multiple of 4. */
export function multiply(product: usize, factor: usize, count: u32): void {
  for (const end = product + 4 * <usize>count; product < end; product += 16, factor += 16) {
    v128.store(product, f32x4.mul(v128.load(product), v128.load(factor)));
  }
}
