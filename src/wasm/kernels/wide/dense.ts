/** @file Wide tiles of the dense layer, as those of `planar.ts`: 8 positions or inputs × 2 vectors of outputs. */

import { LANES, madd, PANEL, ROW } from '../vector';

/** As `densePanel` for all but the last `positions` mod 8. */
export function wideDensePanel(activations: usize, inputs: u32, panel: usize, out: usize, positions: u32): void {
  const bias0 = v128.load(panel), bias1 = v128.load(panel, 16);
  const stride = ROW * <usize>positions;
  const first = panel + ROW;
  const last = first + ROW * <usize>inputs;
  for (const end = out + stride - stride % (8 * ROW); out < end; out += 8 * ROW, activations += 8 * ROW) {
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
        x = v128.load_splat<f32>(a, 128);
        s40 = madd(x, w0, s40); s41 = madd(x, w1, s41);
        x = v128.load_splat<f32>(a, 160);
        s50 = madd(x, w0, s50); s51 = madd(x, w1, s51);
        x = v128.load_splat<f32>(a, 192);
        s60 = madd(x, w0, s60); s61 = madd(x, w1, s61);
        x = v128.load_splat<f32>(a, 224);
        s70 = madd(x, w0, s70); s71 = madd(x, w1, s71);
        w += ROW;
        a += 4;
      }
      features += stride;
    }
    v128.store(out, s00); v128.store(out, s01, 16); v128.store(out, s10, 32); v128.store(out, s11, 48);
    v128.store(out, s20, 64); v128.store(out, s21, 80); v128.store(out, s30, 96); v128.store(out, s31, 112);
    v128.store(out, s40, 128); v128.store(out, s41, 144); v128.store(out, s50, 160); v128.store(out, s51, 176);
    v128.store(out, s60, 192); v128.store(out, s61, 208); v128.store(out, s70, 224); v128.store(out, s71, 240);
  }
}

/** Adds to the rows of a panel, but those of the last `inputs` mod 8; see `gradientPanel`. */
export function wideGradientPanel(activations: usize, inputs: u32, deltas: usize, rows: usize, positions: u32): void {
  const stride = ROW * <usize>positions;
  const end = deltas + stride;
  for (let input: u32 = 0; input + LANES <= inputs; input += LANES, rows += PANEL, activations += stride) {
    let s00 = v128.load(rows), s01 = v128.load(rows, 16), s10 = v128.load(rows, 32), s11 = v128.load(rows, 48);
    let s20 = v128.load(rows, 64), s21 = v128.load(rows, 80), s30 = v128.load(rows, 96), s31 = v128.load(rows, 112);
    let s40 = v128.load(rows, 128), s41 = v128.load(rows, 144), s50 = v128.load(rows, 160), s51 = v128.load(rows, 176);
    let s60 = v128.load(rows, 192), s61 = v128.load(rows, 208), s70 = v128.load(rows, 224), s71 = v128.load(rows, 240);
    let a = activations;
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
      x = v128.load_splat<f32>(a, 16);
      s40 = madd(x, d0, s40); s41 = madd(x, d1, s41);
      x = v128.load_splat<f32>(a, 20);
      s50 = madd(x, d0, s50); s51 = madd(x, d1, s51);
      x = v128.load_splat<f32>(a, 24);
      s60 = madd(x, d0, s60); s61 = madd(x, d1, s61);
      x = v128.load_splat<f32>(a, 28);
      s70 = madd(x, d0, s70); s71 = madd(x, d1, s71);
    }
    v128.store(rows, s00); v128.store(rows, s01, 16); v128.store(rows, s10, 32); v128.store(rows, s11, 48);
    v128.store(rows, s20, 64); v128.store(rows, s21, 80); v128.store(rows, s30, 96); v128.store(rows, s31, 112);
    v128.store(rows, s40, 128); v128.store(rows, s41, 144); v128.store(rows, s50, 160); v128.store(rows, s51, 176);
    v128.store(rows, s60, 192); v128.store(rows, s61, 208); v128.store(rows, s70, 224); v128.store(rows, s71, 240);
  }
}
