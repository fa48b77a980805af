/**
 * @file Wide tiles of dense layers on planes: 4 outputs × 4 vectors, sixteen sums, which V8 holds in eight registers of 256 bits. It
 * merges only what it finds next to each other: loads of a pair of vectors, what is done to them, and stores, after all loads.
 */

import { GATE, gated, RECTIFY, rectified } from '../actions';
import { madd, QUAD } from '../vector';

/** Four outputs at `bytes` of pixels, a multiple of 64; see `densePlanes`. @param action what is done with the sums */
// @ts-ignore: decorator
@inline
export function wideGroup(
  inputs: usize, count: u32, weights: usize, out: usize, stride: usize, bytes: usize, action: u32,
): void {
  const first = weights + QUAD;
  const last = first + QUAD * <usize>count;
  const b0 = v128.load_splat<f32>(weights), b1 = v128.load_splat<f32>(weights, 4);
  const b2 = v128.load_splat<f32>(weights, 8), b3 = v128.load_splat<f32>(weights, 12);
  const out1 = out + stride, out2 = out1 + stride, out3 = out2 + stride;
  for (let p: usize = 0; p < bytes; p += 64) {
    let s00 = b0, s01 = b0, s02 = b0, s03 = b0, s10 = b1, s11 = b1, s12 = b1, s13 = b1;
    let s20 = b2, s21 = b2, s22 = b2, s23 = b2, s30 = b3, s31 = b3, s32 = b3, s33 = b3;
    let plane = inputs;
    for (let w = first; w < last; w += QUAD, plane += 4) {
      const x = <usize>load<u32>(plane) + p;
      const x0 = v128.load(x), x1 = v128.load(x, 16), x2 = v128.load(x, 32), x3 = v128.load(x, 48);
      let v = v128.load_splat<f32>(w);
      s00 = madd(v, x0, s00); s01 = madd(v, x1, s01); s02 = madd(v, x2, s02); s03 = madd(v, x3, s03);
      v = v128.load_splat<f32>(w, 4);
      s10 = madd(v, x0, s10); s11 = madd(v, x1, s11); s12 = madd(v, x2, s12); s13 = madd(v, x3, s13);
      v = v128.load_splat<f32>(w, 8);
      s20 = madd(v, x0, s20); s21 = madd(v, x1, s21); s22 = madd(v, x2, s22); s23 = madd(v, x3, s23);
      v = v128.load_splat<f32>(w, 12);
      s30 = madd(v, x0, s30); s31 = madd(v, x1, s31); s32 = madd(v, x2, s32); s33 = madd(v, x3, s33);
    }
    if (action == GATE) {
      s00 = gated(s00, v128.load(out + p)); s01 = gated(s01, v128.load(out + p, 16));
      s02 = gated(s02, v128.load(out + p, 32)); s03 = gated(s03, v128.load(out + p, 48));
      s10 = gated(s10, v128.load(out1 + p)); s11 = gated(s11, v128.load(out1 + p, 16));
      s12 = gated(s12, v128.load(out1 + p, 32)); s13 = gated(s13, v128.load(out1 + p, 48));
      s20 = gated(s20, v128.load(out2 + p)); s21 = gated(s21, v128.load(out2 + p, 16));
      s22 = gated(s22, v128.load(out2 + p, 32)); s23 = gated(s23, v128.load(out2 + p, 48));
      s30 = gated(s30, v128.load(out3 + p)); s31 = gated(s31, v128.load(out3 + p, 16));
      s32 = gated(s32, v128.load(out3 + p, 32)); s33 = gated(s33, v128.load(out3 + p, 48));
    } else if (action == RECTIFY) {
      s00 = rectified(s00); s01 = rectified(s01);
      s02 = rectified(s02); s03 = rectified(s03);
      s10 = rectified(s10); s11 = rectified(s11);
      s12 = rectified(s12); s13 = rectified(s13);
      s20 = rectified(s20); s21 = rectified(s21);
      s22 = rectified(s22); s23 = rectified(s23);
      s30 = rectified(s30); s31 = rectified(s31);
      s32 = rectified(s32); s33 = rectified(s33);
    }
    v128.store(out + p, s00); v128.store(out + p, s01, 16);
    v128.store(out + p, s02, 32); v128.store(out + p, s03, 48);
    v128.store(out1 + p, s10); v128.store(out1 + p, s11, 16);
    v128.store(out1 + p, s12, 32); v128.store(out1 + p, s13, 48);
    v128.store(out2 + p, s20); v128.store(out2 + p, s21, 16);
    v128.store(out2 + p, s22, 32); v128.store(out2 + p, s23, 48);
    v128.store(out3 + p, s30); v128.store(out3 + p, s31, 16);
    v128.store(out3 + p, s32, 32); v128.store(out3 + p, s33, 48);
  }
}

/** As `wideGroup` without the fourth output. */
export function wideTriple(
  inputs: usize, count: u32, weights: usize, out: usize, stride: usize, bytes: usize,
): void {
  const first = weights + QUAD;
  const last = first + QUAD * <usize>count;
  const b0 = v128.load_splat<f32>(weights), b1 = v128.load_splat<f32>(weights, 4);
  const b2 = v128.load_splat<f32>(weights, 8);
  const out1 = out + stride, out2 = out1 + stride;
  for (let p: usize = 0; p < bytes; p += 64) {
    let s00 = b0, s01 = b0, s02 = b0, s03 = b0, s10 = b1, s11 = b1, s12 = b1, s13 = b1;
    let s20 = b2, s21 = b2, s22 = b2, s23 = b2;
    let plane = inputs;
    for (let w = first; w < last; w += QUAD, plane += 4) {
      const x = <usize>load<u32>(plane) + p;
      const x0 = v128.load(x), x1 = v128.load(x, 16), x2 = v128.load(x, 32), x3 = v128.load(x, 48);
      let v = v128.load_splat<f32>(w);
      s00 = madd(v, x0, s00); s01 = madd(v, x1, s01); s02 = madd(v, x2, s02); s03 = madd(v, x3, s03);
      v = v128.load_splat<f32>(w, 4);
      s10 = madd(v, x0, s10); s11 = madd(v, x1, s11); s12 = madd(v, x2, s12); s13 = madd(v, x3, s13);
      v = v128.load_splat<f32>(w, 8);
      s20 = madd(v, x0, s20); s21 = madd(v, x1, s21); s22 = madd(v, x2, s22); s23 = madd(v, x3, s23);
    }
    v128.store(out + p, s00); v128.store(out + p, s01, 16);
    v128.store(out + p, s02, 32); v128.store(out + p, s03, 48);
    v128.store(out1 + p, s10); v128.store(out1 + p, s11, 16);
    v128.store(out1 + p, s12, 32); v128.store(out1 + p, s13, 48);
    v128.store(out2 + p, s20); v128.store(out2 + p, s21, 16);
    v128.store(out2 + p, s22, 32); v128.store(out2 + p, s23, 48);
  }
}

/** Three outputs × three inputs; `bytes` a multiple of 32, see `gradientPlanes`. */
export function wideTripleTile(
  deltas: usize, stride: usize, inputs: usize, sums: usize, row: usize, bytes: usize,
): void {
  const deltas1 = deltas + stride, deltas2 = deltas1 + stride;
  const sums1 = sums + row, sums2 = sums1 + row;
  const in0 = <usize>load<u32>(inputs), in1 = <usize>load<u32>(inputs, 4), in2 = <usize>load<u32>(inputs, 8);
  let a00 = v128.load(sums), b00 = v128.load(sums, 16), a01 = v128.load(sums, 32), b01 = v128.load(sums, 48);
  let a02 = v128.load(sums, 64), b02 = v128.load(sums, 80);
  let a10 = v128.load(sums1), b10 = v128.load(sums1, 16), a11 = v128.load(sums1, 32), b11 = v128.load(sums1, 48);
  let a12 = v128.load(sums1, 64), b12 = v128.load(sums1, 80);
  let a20 = v128.load(sums2), b20 = v128.load(sums2, 16), a21 = v128.load(sums2, 32), b21 = v128.load(sums2, 48);
  let a22 = v128.load(sums2, 64), b22 = v128.load(sums2, 80);
  for (let p: usize = 0; p < bytes; p += 32) {
    const x0 = v128.load(in0 + p), y0 = v128.load(in0 + p, 16);
    const x1 = v128.load(in1 + p), y1 = v128.load(in1 + p, 16);
    const x2 = v128.load(in2 + p), y2 = v128.load(in2 + p, 16);
    let d = v128.load(deltas + p), e = v128.load(deltas + p, 16);
    a00 = madd(d, x0, a00); b00 = madd(e, y0, b00); a01 = madd(d, x1, a01); b01 = madd(e, y1, b01);
    a02 = madd(d, x2, a02); b02 = madd(e, y2, b02);
    d = v128.load(deltas1 + p); e = v128.load(deltas1 + p, 16);
    a10 = madd(d, x0, a10); b10 = madd(e, y0, b10); a11 = madd(d, x1, a11); b11 = madd(e, y1, b11);
    a12 = madd(d, x2, a12); b12 = madd(e, y2, b12);
    d = v128.load(deltas2 + p); e = v128.load(deltas2 + p, 16);
    a20 = madd(d, x0, a20); b20 = madd(e, y0, b20); a21 = madd(d, x1, a21); b21 = madd(e, y1, b21);
    a22 = madd(d, x2, a22); b22 = madd(e, y2, b22);
  }
  v128.store(sums, a00); v128.store(sums, b00, 16); v128.store(sums, a01, 32); v128.store(sums, b01, 48);
  v128.store(sums, a02, 64); v128.store(sums, b02, 80);
  v128.store(sums1, a10); v128.store(sums1, b10, 16); v128.store(sums1, a11, 32); v128.store(sums1, b11, 48);
  v128.store(sums1, a12, 64); v128.store(sums1, b12, 80);
  v128.store(sums2, a20); v128.store(sums2, b20, 16); v128.store(sums2, a21, 32); v128.store(sums2, b21, 48);
  v128.store(sums2, a22, 64); v128.store(sums2, b22, 80);
}

/** Four outputs × two inputs. */
export function wideGradientTile(
  deltas: usize, stride: usize, inputs: usize, sums: usize, row: usize, bytes: usize,
): void {
  const deltas1 = deltas + stride, deltas2 = deltas1 + stride, deltas3 = deltas2 + stride;
  const sums1 = sums + row, sums2 = sums1 + row, sums3 = sums2 + row;
  const in0 = <usize>load<u32>(inputs), in1 = <usize>load<u32>(inputs, 4);
  let a00 = v128.load(sums), b00 = v128.load(sums, 16), a01 = v128.load(sums, 32), b01 = v128.load(sums, 48);
  let a10 = v128.load(sums1), b10 = v128.load(sums1, 16), a11 = v128.load(sums1, 32), b11 = v128.load(sums1, 48);
  let a20 = v128.load(sums2), b20 = v128.load(sums2, 16), a21 = v128.load(sums2, 32), b21 = v128.load(sums2, 48);
  let a30 = v128.load(sums3), b30 = v128.load(sums3, 16), a31 = v128.load(sums3, 32), b31 = v128.load(sums3, 48);
  for (let p: usize = 0; p < bytes; p += 32) {
    const x0 = v128.load(in0 + p), y0 = v128.load(in0 + p, 16);
    const x1 = v128.load(in1 + p), y1 = v128.load(in1 + p, 16);
    let d = v128.load(deltas + p), e = v128.load(deltas + p, 16);
    a00 = madd(d, x0, a00); b00 = madd(e, y0, b00); a01 = madd(d, x1, a01); b01 = madd(e, y1, b01);
    d = v128.load(deltas1 + p); e = v128.load(deltas1 + p, 16);
    a10 = madd(d, x0, a10); b10 = madd(e, y0, b10); a11 = madd(d, x1, a11); b11 = madd(e, y1, b11);
    d = v128.load(deltas2 + p); e = v128.load(deltas2 + p, 16);
    a20 = madd(d, x0, a20); b20 = madd(e, y0, b20); a21 = madd(d, x1, a21); b21 = madd(e, y1, b21);
    d = v128.load(deltas3 + p); e = v128.load(deltas3 + p, 16);
    a30 = madd(d, x0, a30); b30 = madd(e, y0, b30); a31 = madd(d, x1, a31); b31 = madd(e, y1, b31);
  }
  v128.store(sums, a00); v128.store(sums, b00, 16); v128.store(sums, a01, 32); v128.store(sums, b01, 48);
  v128.store(sums1, a10); v128.store(sums1, b10, 16); v128.store(sums1, a11, 32); v128.store(sums1, b11, 48);
  v128.store(sums2, a20); v128.store(sums2, b20, 16); v128.store(sums2, a21, 32); v128.store(sums2, b21, 48);
  v128.store(sums3, a30); v128.store(sums3, b30, 16); v128.store(sums3, a31, 32); v128.store(sums3, b31, 48);
}
