/**
 * @file Gradients of the weights of the context model's layers. Tiles are those of `planar-gradient.ts` on the planes of a block, which
 * lie PLANE bytes apart so that their offsets go into the instructions: that makes a training step 5 % faster.
 */

import { loadSecond, madd, maddSecond, STEP, SUM, WIDE } from '../../wasm/kernels/vector';
import { PLANE } from './context-block';

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
    for (; i + 2 <= count; i += 2) fourByTwo(deltas, inputs + 4 * i, sums + SUM * i, row, pixels);
    if (i < count) fourByOne(deltas, load<u32>(inputs + 4 * i), sums + SUM * i, row, pixels);
  }
}

/** As `gradientSums` for two outputs. */
export function gradientSumsOfPair(deltas: usize, inputs: usize, count: u32, sums: usize, pixels: u32): void {
  const row = SUM * <usize>count;
  let i: u32 = 0;
  for (; i + 4 <= count; i += 4) twoByFour(deltas, inputs + 4 * i, sums + SUM * i, row, pixels);
  for (; i < count; i++) twoByOne(deltas, load<u32>(inputs + 4 * i), sums + SUM * i, row, pixels);
}

function fourByTwo(deltas: usize, inputs: usize, sums: usize, row: usize, pixels: u32): void {
  const sums1 = sums + row, sums2 = sums1 + row, sums3 = sums2 + row;
  let in0 = <usize>load<u32>(inputs), in1 = <usize>load<u32>(inputs, 4);
  let a00 = v128.load(sums), b00 = loadSecond(sums), a01 = v128.load(sums, 32), b01 = loadSecond(sums + 32);
  let a10 = v128.load(sums1), b10 = loadSecond(sums1), a11 = v128.load(sums1, 32), b11 = loadSecond(sums1 + 32);
  let a20 = v128.load(sums2), b20 = loadSecond(sums2), a21 = v128.load(sums2, 32), b21 = loadSecond(sums2 + 32);
  let a30 = v128.load(sums3), b30 = loadSecond(sums3), a31 = v128.load(sums3, 32), b31 = loadSecond(sums3 + 32);
  for (const end = deltas + 4 * <usize>pixels; deltas < end; deltas += STEP, in0 += STEP, in1 += STEP) {
    const x0 = v128.load(in0), y0 = loadSecond(in0), x1 = v128.load(in1), y1 = loadSecond(in1);
    let d = v128.load(deltas), e = loadSecond(deltas);
    a00 = madd(d, x0, a00); b00 = maddSecond(e, y0, b00); a01 = madd(d, x1, a01); b01 = maddSecond(e, y1, b01);
    d = v128.load(deltas, PLANE); e = loadSecond(deltas + PLANE);
    a10 = madd(d, x0, a10); b10 = maddSecond(e, y0, b10); a11 = madd(d, x1, a11); b11 = maddSecond(e, y1, b11);
    d = v128.load(deltas, 2 * PLANE); e = WIDE ? v128.load(deltas, 2 * PLANE + 16) : d;
    a20 = madd(d, x0, a20); b20 = maddSecond(e, y0, b20); a21 = madd(d, x1, a21); b21 = maddSecond(e, y1, b21);
    d = v128.load(deltas, 3 * PLANE); e = WIDE ? v128.load(deltas, 3 * PLANE + 16) : d;
    a30 = madd(d, x0, a30); b30 = maddSecond(e, y0, b30); a31 = madd(d, x1, a31); b31 = maddSecond(e, y1, b31);
  }
  v128.store(sums, a00); if (WIDE) v128.store(sums, b00, 16); v128.store(sums, a01, 32); if (WIDE) v128.store(sums, b01, 48);
  v128.store(sums1, a10); if (WIDE) v128.store(sums1, b10, 16); v128.store(sums1, a11, 32); if (WIDE) v128.store(sums1, b11, 48);
  v128.store(sums2, a20); if (WIDE) v128.store(sums2, b20, 16); v128.store(sums2, a21, 32); if (WIDE) v128.store(sums2, b21, 48);
  v128.store(sums3, a30); if (WIDE) v128.store(sums3, b30, 16); v128.store(sums3, a31, 32); if (WIDE) v128.store(sums3, b31, 48);
}

function fourByOne(deltas: usize, input: usize, sums: usize, row: usize, pixels: u32): void {
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

function twoByFour(deltas: usize, inputs: usize, sums: usize, row: usize, pixels: u32): void {
  const sums1 = sums + row;
  let in0 = <usize>load<u32>(inputs), in1 = <usize>load<u32>(inputs, 4);
  let in2 = <usize>load<u32>(inputs, 8), in3 = <usize>load<u32>(inputs, 12);
  let a00 = v128.load(sums), b00 = loadSecond(sums), a01 = v128.load(sums, 32), b01 = loadSecond(sums + 32);
  let a02 = v128.load(sums, 64), b02 = loadSecond(sums + 64), a03 = v128.load(sums, 96), b03 = loadSecond(sums + 96);
  let a10 = v128.load(sums1), b10 = loadSecond(sums1), a11 = v128.load(sums1, 32), b11 = loadSecond(sums1 + 32);
  let a12 = v128.load(sums1, 64), b12 = loadSecond(sums1 + 64), a13 = v128.load(sums1, 96), b13 = loadSecond(sums1 + 96);
  for (const end = deltas + 4 * <usize>pixels; deltas < end; deltas += STEP) {
    const d0 = v128.load(deltas), e0 = loadSecond(deltas), d1 = v128.load(deltas, PLANE), e1 = loadSecond(deltas + PLANE);
    let x = v128.load(in0), y = loadSecond(in0);
    a00 = madd(d0, x, a00); b00 = maddSecond(e0, y, b00); a10 = madd(d1, x, a10); b10 = maddSecond(e1, y, b10);
    x = v128.load(in1); y = loadSecond(in1);
    a01 = madd(d0, x, a01); b01 = maddSecond(e0, y, b01); a11 = madd(d1, x, a11); b11 = maddSecond(e1, y, b11);
    x = v128.load(in2); y = loadSecond(in2);
    a02 = madd(d0, x, a02); b02 = maddSecond(e0, y, b02); a12 = madd(d1, x, a12); b12 = maddSecond(e1, y, b12);
    x = v128.load(in3); y = loadSecond(in3);
    a03 = madd(d0, x, a03); b03 = maddSecond(e0, y, b03); a13 = madd(d1, x, a13); b13 = maddSecond(e1, y, b13);
    in0 += STEP; in1 += STEP; in2 += STEP; in3 += STEP;
  }
  v128.store(sums, a00); if (WIDE) v128.store(sums, b00, 16); v128.store(sums, a01, 32); if (WIDE) v128.store(sums, b01, 48);
  v128.store(sums, a02, 64); if (WIDE) v128.store(sums, b02, 80); v128.store(sums, a03, 96); if (WIDE) v128.store(sums, b03, 112);
  v128.store(sums1, a10); if (WIDE) v128.store(sums1, b10, 16); v128.store(sums1, a11, 32); if (WIDE) v128.store(sums1, b11, 48);
  v128.store(sums1, a12, 64); if (WIDE) v128.store(sums1, b12, 80); v128.store(sums1, a13, 96); if (WIDE) v128.store(sums1, b13, 112);
}

function twoByOne(deltas: usize, input: usize, sums: usize, row: usize, pixels: u32): void {
  const sums1 = sums + row;
  let s0 = v128.load(sums), s1 = v128.load(sums1);
  for (const end = deltas + 4 * <usize>pixels; deltas < end; deltas += 16, input += 16) {
    const x = v128.load(input);
    s0 = madd(v128.load(deltas), x, s0);
    s1 = madd(v128.load(deltas, PLANE), x, s1);
  }
  v128.store(sums, s0); v128.store(sums1, s1);
}
