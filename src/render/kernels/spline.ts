/** @file The convolution that makes the coefficients of a spline from what it goes through; see `../spline-coefficients.ts`. */

import { madd } from '../../wasm/kernels/vector';

/** Values to each side that are seen. */
const REACH: usize = 8;

/**
 * Along rows: h[0]·v[x] + h[1]·(v[x − 1] + v[x + 1]) + … + h[8]·(v[x − 8] + v[x + 8]), in float32 steps of this order.
 * @param values [rows][columns], `pitch` bytes from one row to the next, with the values beside each row
 * @param inverse h
 * @param columns a multiple of 4
 * @param out [rows][columns]
 */
export function splineRows(values: usize, pitch: usize, rows: u32, inverse: usize, columns: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++, values += pitch, out += 4 * columns) {
    convolve(values, 4, inverse, columns, out);
  }
}

/**
 * Likewise along columns.
 * @param values [rows][columns] without gaps, with the rows above and below them
 */
export function splineColumns(values: usize, rows: u32, inverse: usize, columns: u32, out: usize): void {
  const pitch = 4 * <usize>columns;
  for (let row: u32 = 0; row < rows; row++, values += pitch, out += pitch) {
    convolve(values, pitch, inverse, columns, out);
  }
}

/** @param step bytes from a value to the next that it is convolved with */
function convolve(values: usize, step: usize, inverse: usize, columns: u32, out: usize): void {
  for (const end = values + 4 * <usize>columns; values < end; values += 16, out += 16) {
    let sum = f32x4.mul(v128.load_splat<f32>(inverse), v128.load(values));
    for (let k: usize = 1; k <= REACH; k++) {
      const both = f32x4.add(v128.load(values - step * k), v128.load(values + step * k));
      sum = madd(v128.load_splat<f32>(inverse + 4 * k), both, sum);
    }
    v128.store(out, sum);
  }
}
