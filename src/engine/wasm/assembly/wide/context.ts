/** @file Wide tiles of the context model's layers, as those of `planar.ts`. */

import { madd, QUAD } from '../vector';
import { GATE, gated, PLANE } from '../pyramid/context-layers';

/** Four outputs at `bytes` of cells, a multiple of 64. */
// @ts-ignore: decorator
@inline
export function wideContextGroup(
  inputs: usize, count: u32, weights: usize, out: usize, bytes: usize, action: u32,
): void {
  const first = weights + QUAD;
  const last = first + QUAD * <usize>count;
  const b0 = v128.load_splat<f32>(weights), b1 = v128.load_splat<f32>(weights, 4);
  const b2 = v128.load_splat<f32>(weights, 8), b3 = v128.load_splat<f32>(weights, 12);
  const zero = f32x4.splat(0);
  for (let p: usize = 0; p < bytes; p += 64, out += 64) {
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
      s00 = gated(s00, v128.load(out)); s01 = gated(s01, v128.load(out, 16));
      s02 = gated(s02, v128.load(out, 32)); s03 = gated(s03, v128.load(out, 48));
      s10 = gated(s10, v128.load(out, PLANE)); s11 = gated(s11, v128.load(out, PLANE + 16));
      s12 = gated(s12, v128.load(out, PLANE + 32)); s13 = gated(s13, v128.load(out, PLANE + 48));
      s20 = gated(s20, v128.load(out, 2 * PLANE)); s21 = gated(s21, v128.load(out, 2 * PLANE + 16));
      s22 = gated(s22, v128.load(out, 2 * PLANE + 32)); s23 = gated(s23, v128.load(out, 2 * PLANE + 48));
      s30 = gated(s30, v128.load(out, 3 * PLANE)); s31 = gated(s31, v128.load(out, 3 * PLANE + 16));
      s32 = gated(s32, v128.load(out, 3 * PLANE + 32)); s33 = gated(s33, v128.load(out, 3 * PLANE + 48));
    } else {
      s00 = f32x4.pmax(zero, s00); s01 = f32x4.pmax(zero, s01);
      s02 = f32x4.pmax(zero, s02); s03 = f32x4.pmax(zero, s03);
      s10 = f32x4.pmax(zero, s10); s11 = f32x4.pmax(zero, s11);
      s12 = f32x4.pmax(zero, s12); s13 = f32x4.pmax(zero, s13);
      s20 = f32x4.pmax(zero, s20); s21 = f32x4.pmax(zero, s21);
      s22 = f32x4.pmax(zero, s22); s23 = f32x4.pmax(zero, s23);
      s30 = f32x4.pmax(zero, s30); s31 = f32x4.pmax(zero, s31);
      s32 = f32x4.pmax(zero, s32); s33 = f32x4.pmax(zero, s33);
    }
    v128.store(out, s00); v128.store(out, s01, 16);
    v128.store(out, s02, 32); v128.store(out, s03, 48);
    v128.store(out, s10, PLANE); v128.store(out, s11, PLANE + 16);
    v128.store(out, s12, PLANE + 32); v128.store(out, s13, PLANE + 48);
    v128.store(out, s20, 2 * PLANE); v128.store(out, s21, 2 * PLANE + 16);
    v128.store(out, s22, 2 * PLANE + 32); v128.store(out, s23, 2 * PLANE + 48);
    v128.store(out, s30, 3 * PLANE); v128.store(out, s31, 3 * PLANE + 16);
    v128.store(out, s32, 3 * PLANE + 32); v128.store(out, s33, 3 * PLANE + 48);
  }
}

/** Four outputs × two inputs. */
export function wideContextTile(deltas: usize, inputs: usize, sums: usize, row: usize, pixels: u32): void {
  const sums1 = sums + row, sums2 = sums1 + row, sums3 = sums2 + row;
  let in0 = <usize>load<u32>(inputs), in1 = <usize>load<u32>(inputs, 4);
  let a00 = v128.load(sums), b00 = v128.load(sums, 16), a01 = v128.load(sums, 32), b01 = v128.load(sums, 48);
  let a10 = v128.load(sums1), b10 = v128.load(sums1, 16), a11 = v128.load(sums1, 32), b11 = v128.load(sums1, 48);
  let a20 = v128.load(sums2), b20 = v128.load(sums2, 16), a21 = v128.load(sums2, 32), b21 = v128.load(sums2, 48);
  let a30 = v128.load(sums3), b30 = v128.load(sums3, 16), a31 = v128.load(sums3, 32), b31 = v128.load(sums3, 48);
  for (const end = deltas + 4 * <usize>pixels; deltas < end; deltas += 32) {
    const x0 = v128.load(in0), y0 = v128.load(in0, 16);
    const x1 = v128.load(in1), y1 = v128.load(in1, 16);
    let d = v128.load(deltas), e = v128.load(deltas, 16);
    a00 = madd(d, x0, a00); b00 = madd(e, y0, b00); a01 = madd(d, x1, a01); b01 = madd(e, y1, b01);
    d = v128.load(deltas, PLANE); e = v128.load(deltas, PLANE + 16);
    a10 = madd(d, x0, a10); b10 = madd(e, y0, b10); a11 = madd(d, x1, a11); b11 = madd(e, y1, b11);
    d = v128.load(deltas, 2 * PLANE); e = v128.load(deltas, 2 * PLANE + 16);
    a20 = madd(d, x0, a20); b20 = madd(e, y0, b20); a21 = madd(d, x1, a21); b21 = madd(e, y1, b21);
    d = v128.load(deltas, 3 * PLANE); e = v128.load(deltas, 3 * PLANE + 16);
    a30 = madd(d, x0, a30); b30 = madd(e, y0, b30); a31 = madd(d, x1, a31); b31 = madd(e, y1, b31);
    in0 += 32; in1 += 32;
  }
  v128.store(sums, a00); v128.store(sums, b00, 16); v128.store(sums, a01, 32); v128.store(sums, b01, 48);
  v128.store(sums1, a10); v128.store(sums1, b10, 16); v128.store(sums1, a11, 32); v128.store(sums1, b11, 48);
  v128.store(sums2, a20); v128.store(sums2, b20, 16); v128.store(sums2, a21, 32); v128.store(sums2, b21, 48);
  v128.store(sums3, a30); v128.store(sums3, b30, 16); v128.store(sums3, a31, 32); v128.store(sums3, b31, 48);
}

/** Two outputs × four inputs. */
export function widePairTile(deltas: usize, inputs: usize, sums: usize, row: usize, pixels: u32): void {
  const sums1 = sums + row;
  let in0 = <usize>load<u32>(inputs), in1 = <usize>load<u32>(inputs, 4);
  let in2 = <usize>load<u32>(inputs, 8), in3 = <usize>load<u32>(inputs, 12);
  let a00 = v128.load(sums), b00 = v128.load(sums, 16), a01 = v128.load(sums, 32), b01 = v128.load(sums, 48);
  let a02 = v128.load(sums, 64), b02 = v128.load(sums, 80), a03 = v128.load(sums, 96), b03 = v128.load(sums, 112);
  let a10 = v128.load(sums1), b10 = v128.load(sums1, 16), a11 = v128.load(sums1, 32), b11 = v128.load(sums1, 48);
  let a12 = v128.load(sums1, 64), b12 = v128.load(sums1, 80), a13 = v128.load(sums1, 96), b13 = v128.load(sums1, 112);
  for (const end = deltas + 4 * <usize>pixels; deltas < end; deltas += 32) {
    const d0 = v128.load(deltas), e0 = v128.load(deltas, 16);
    const d1 = v128.load(deltas, PLANE), e1 = v128.load(deltas, PLANE + 16);
    let x = v128.load(in0), y = v128.load(in0, 16);
    a00 = madd(d0, x, a00); b00 = madd(e0, y, b00); a10 = madd(d1, x, a10); b10 = madd(e1, y, b10);
    x = v128.load(in1); y = v128.load(in1, 16);
    a01 = madd(d0, x, a01); b01 = madd(e0, y, b01); a11 = madd(d1, x, a11); b11 = madd(e1, y, b11);
    x = v128.load(in2); y = v128.load(in2, 16);
    a02 = madd(d0, x, a02); b02 = madd(e0, y, b02); a12 = madd(d1, x, a12); b12 = madd(e1, y, b12);
    x = v128.load(in3); y = v128.load(in3, 16);
    a03 = madd(d0, x, a03); b03 = madd(e0, y, b03); a13 = madd(d1, x, a13); b13 = madd(e1, y, b13);
    in0 += 32; in1 += 32; in2 += 32; in3 += 32;
  }
  v128.store(sums, a00); v128.store(sums, b00, 16); v128.store(sums, a01, 32); v128.store(sums, b01, 48);
  v128.store(sums, a02, 64); v128.store(sums, b02, 80); v128.store(sums, a03, 96); v128.store(sums, b03, 112);
  v128.store(sums1, a10); v128.store(sums1, b10, 16); v128.store(sums1, a11, 32); v128.store(sums1, b11, 48);
  v128.store(sums1, a12, 64); v128.store(sums1, b12, 80); v128.store(sums1, a13, 96); v128.store(sums1, b13, 112);
}
