/**
 * @file Gradients of the weights of dense layers on planes, see `planar.ts`. A sum is SUM bytes, of which the host adds the lanes; a
 * tile is some outputs × some inputs. Where tiles are wide, sums are pairs of vectors, a and b: pixels are taken by eight.
 */

import { loadSecond, madd, maddSecond, STEP, SUM, WIDE } from './vector';

/**
 * Adds the gradient of a layer's weights: sums[o][i] += Σₚ delta[o][p]·in[i][p], sums[o][inputs] += Σₚ delta[o][p] (the bias):
 * [outputs rounded up to 4][inputs + 1][8].
 * @param deltas the loss' gradient at the affine map; planes `stride` bytes apart, as many as outputs rounded up to 4
 * @param pixels a multiple of 8
 */
export function gradientPlanes(
  deltas: usize, stride: usize, outputs: u32, inputs: usize, count: u32, sums: usize, pixels: u32,
): void {
  const bytes = <usize>pixels * 4;
  const row = SUM * (1 + <usize>count);
  for (let group: u32 = 0; group < outputs; group += 4) {
    const tripled = outputs - group == 3 ? count - count % 3 : 0;
    for (let i: u32 = 0; i < tripled; i += 3) {
      threeByThree(deltas, stride, inputs + 4 * i, sums + SUM * i, row, bytes);
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
  for (; i + 2 <= count; i += 2) fourByTwo(deltas, stride, inputs + 4 * i, sums + SUM * i, row, bytes);
  if (i < count) inputAndBias(deltas, stride, load<u32>(inputs + 4 * i), sums + SUM * i, row, bytes);
  else addDeltas(deltas, stride, sums + SUM * i, row, bytes);
}

function threeByThree(deltas: usize, stride: usize, inputs: usize, sums: usize, row: usize, bytes: usize): void {
  const deltas1 = deltas + stride, deltas2 = deltas1 + stride;
  const sums1 = sums + row, sums2 = sums1 + row;
  const in0 = <usize>load<u32>(inputs), in1 = <usize>load<u32>(inputs, 4), in2 = <usize>load<u32>(inputs, 8);
  let a00 = v128.load(sums), a01 = v128.load(sums, 32), a02 = v128.load(sums, 64);
  let a10 = v128.load(sums1), a11 = v128.load(sums1, 32), a12 = v128.load(sums1, 64);
  let a20 = v128.load(sums2), a21 = v128.load(sums2, 32), a22 = v128.load(sums2, 64);
  let b00 = loadSecond(sums), b01 = loadSecond(sums + 32), b02 = loadSecond(sums + 64);
  let b10 = loadSecond(sums1), b11 = loadSecond(sums1 + 32), b12 = loadSecond(sums1 + 64);
  let b20 = loadSecond(sums2), b21 = loadSecond(sums2 + 32), b22 = loadSecond(sums2 + 64);
  for (let p: usize = 0; p < bytes; p += STEP) {
    const x0 = v128.load(in0 + p), y0 = loadSecond(in0 + p);
    const x1 = v128.load(in1 + p), y1 = loadSecond(in1 + p);
    const x2 = v128.load(in2 + p), y2 = loadSecond(in2 + p);
    let d = v128.load(deltas + p), e = loadSecond(deltas + p);
    a00 = madd(d, x0, a00); b00 = maddSecond(e, y0, b00); a01 = madd(d, x1, a01); b01 = maddSecond(e, y1, b01);
    a02 = madd(d, x2, a02); b02 = maddSecond(e, y2, b02);
    d = v128.load(deltas1 + p); e = loadSecond(deltas1 + p);
    a10 = madd(d, x0, a10); b10 = maddSecond(e, y0, b10); a11 = madd(d, x1, a11); b11 = maddSecond(e, y1, b11);
    a12 = madd(d, x2, a12); b12 = maddSecond(e, y2, b12);
    d = v128.load(deltas2 + p); e = loadSecond(deltas2 + p);
    a20 = madd(d, x0, a20); b20 = maddSecond(e, y0, b20); a21 = madd(d, x1, a21); b21 = maddSecond(e, y1, b21);
    a22 = madd(d, x2, a22); b22 = maddSecond(e, y2, b22);
  }
  v128.store(sums, a00); if (WIDE) v128.store(sums, b00, 16); v128.store(sums, a01, 32); if (WIDE) v128.store(sums, b01, 48);
  v128.store(sums, a02, 64); if (WIDE) v128.store(sums, b02, 80);
  v128.store(sums1, a10); if (WIDE) v128.store(sums1, b10, 16); v128.store(sums1, a11, 32); if (WIDE) v128.store(sums1, b11, 48);
  v128.store(sums1, a12, 64); if (WIDE) v128.store(sums1, b12, 80);
  v128.store(sums2, a20); if (WIDE) v128.store(sums2, b20, 16); v128.store(sums2, a21, 32); if (WIDE) v128.store(sums2, b21, 48);
  v128.store(sums2, a22, 64); if (WIDE) v128.store(sums2, b22, 80);
}

function fourByTwo(deltas: usize, stride: usize, inputs: usize, sums: usize, row: usize, bytes: usize): void {
  const deltas1 = deltas + stride, deltas2 = deltas1 + stride, deltas3 = deltas2 + stride;
  const sums1 = sums + row, sums2 = sums1 + row, sums3 = sums2 + row;
  const in0 = <usize>load<u32>(inputs), in1 = <usize>load<u32>(inputs, 4);
  let a00 = v128.load(sums), b00 = loadSecond(sums), a01 = v128.load(sums, 32), b01 = loadSecond(sums + 32);
  let a10 = v128.load(sums1), b10 = loadSecond(sums1), a11 = v128.load(sums1, 32), b11 = loadSecond(sums1 + 32);
  let a20 = v128.load(sums2), b20 = loadSecond(sums2), a21 = v128.load(sums2, 32), b21 = loadSecond(sums2 + 32);
  let a30 = v128.load(sums3), b30 = loadSecond(sums3), a31 = v128.load(sums3, 32), b31 = loadSecond(sums3 + 32);
  for (let p: usize = 0; p < bytes; p += STEP) {
    const x0 = v128.load(in0 + p), y0 = loadSecond(in0 + p);
    const x1 = v128.load(in1 + p), y1 = loadSecond(in1 + p);
    let d = v128.load(deltas + p), e = loadSecond(deltas + p);
    a00 = madd(d, x0, a00); b00 = maddSecond(e, y0, b00); a01 = madd(d, x1, a01); b01 = maddSecond(e, y1, b01);
    d = v128.load(deltas1 + p); e = loadSecond(deltas1 + p);
    a10 = madd(d, x0, a10); b10 = maddSecond(e, y0, b10); a11 = madd(d, x1, a11); b11 = maddSecond(e, y1, b11);
    d = v128.load(deltas2 + p); e = loadSecond(deltas2 + p);
    a20 = madd(d, x0, a20); b20 = maddSecond(e, y0, b20); a21 = madd(d, x1, a21); b21 = maddSecond(e, y1, b21);
    d = v128.load(deltas3 + p); e = loadSecond(deltas3 + p);
    a30 = madd(d, x0, a30); b30 = maddSecond(e, y0, b30); a31 = madd(d, x1, a31); b31 = maddSecond(e, y1, b31);
  }
  v128.store(sums, a00); if (WIDE) v128.store(sums, b00, 16); v128.store(sums, a01, 32); if (WIDE) v128.store(sums, b01, 48);
  v128.store(sums1, a10); if (WIDE) v128.store(sums1, b10, 16); v128.store(sums1, a11, 32); if (WIDE) v128.store(sums1, b11, 48);
  v128.store(sums2, a20); if (WIDE) v128.store(sums2, b20, 16); v128.store(sums2, a21, 32); if (WIDE) v128.store(sums2, b21, 48);
  v128.store(sums3, a30); if (WIDE) v128.store(sums3, b30, 16); v128.store(sums3, a31, 32); if (WIDE) v128.store(sums3, b31, 48);
}

/** Four outputs × one input and the bias. */
function inputAndBias(deltas: usize, stride: usize, input: usize, sums: usize, row: usize, bytes: usize): void {
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

/** Four outputs' bias. */
function addDeltas(deltas: usize, stride: usize, sums: usize, row: usize, bytes: usize): void {
  const deltas1 = deltas + stride, deltas2 = deltas1 + stride, deltas3 = deltas2 + stride;
  let s0 = v128.load(sums), s1 = v128.load(sums + row), s2 = v128.load(sums + 2 * row), s3 = v128.load(sums + 3 * row);
  for (let p: usize = 0; p < bytes; p += 16) {
    s0 = f32x4.add(s0, v128.load(deltas + p));
    s1 = f32x4.add(s1, v128.load(deltas1 + p));
    s2 = f32x4.add(s2, v128.load(deltas2 + p));
    s3 = f32x4.add(s3, v128.load(deltas3 + p));
  }
  v128.store(sums, s0); v128.store(sums + row, s1); v128.store(sums + 2 * row, s2); v128.store(sums + 3 * row, s3);
}
