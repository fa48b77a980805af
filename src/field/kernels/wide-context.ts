/** @file Wide tiles of the gradients of the context model's layers, as those of `planar.ts`. */

import { PLANE } from './context-block';
import { madd } from '../../wasm/kernels/vector';

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
