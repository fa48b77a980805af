/** @file From a scale to the next: means of blocks of 2×2, the last row or column of an odd size its own neighbour. */

import { QUAD, ROW } from '../../../wasm/kernels/vector';
import { bytesOf } from './blur';
import { clearFillers } from './components';

/** Halves two rows, which may be one and the same. @param width of theirs; what lies behind their ends is read and left */
export function halvedRow(upper: usize, lower: usize, width: u32, to: usize): void {
  const half = (width + 1) / 2, quarter = f32x4.splat(0.25);
  for (let x: usize = 0; x < 4 * half; x += QUAD) {
    const left = f32x4.add(v128.load(upper + 2 * x), v128.load(lower + 2 * x));
    const right = f32x4.add(v128.load(upper + 2 * x, 16), v128.load(lower + 2 * x, 16));
    const even = v128.shuffle<i32>(left, right, 0, 2, 4, 6), odd = v128.shuffle<i32>(left, right, 1, 3, 5, 7);
    v128.store(to + x, f32x4.mul(quarter, f32x4.add(even, odd)));
  }
  const last: usize = 4 * (width - 1);
  if (width & 1) store<f32>(to + last / 2, 0.5 * (load<f32>(upper + last) + load<f32>(lower + last)));
  clearFillers(to, half);
}

/**
 * The adjoint: adds to a row of the finer scale its share in the row that it went into.
 * @param width of the finer row; fillers do not stay 0
 * @param share of each of four
 */
export function addDoubled(fine: usize, coarse: usize, width: u32, share: f32): void {
  const shares = f32x4.splat(share), end = fine + bytesOf(width);
  const last = fine + 4 * (width - 1), extra = share * load<f32>(coarse + 4 * ((width - 1) / 2));
  for (; fine < end; fine += ROW, coarse += QUAD) {
    const four = f32x4.mul(shares, v128.load(coarse));
    v128.store(fine, f32x4.add(v128.load(fine), v128.shuffle<i32>(four, four, 0, 0, 1, 1)));
    v128.store(fine, f32x4.add(v128.load(fine, 16), v128.shuffle<i32>(four, four, 2, 2, 3, 3)), 16);
  }
  if (width & 1) store<f32>(last, load<f32>(last) + extra);
}
