/** @file Values between cells, from six of them along an axis; see `../../pyramid/lattice.ts`. */

import { madd } from '../../wasm/kernels/vector';

const TAPS: usize = 6;

/**
 * Along rows: each output is the sum of six cells of its row times their weights, in order. Reads and writes up to 12 bytes after a row.
 * @param cells [rows][cell], rows `pitch` bytes apart
 * @param indices u32 [outputs][6]: bytes from the start of a row to a cell
 * @param weights [outputs][6]
 * @param bytes of a cell and of an output, up to 16
 * @param out [rows][outputs]
 */
export function interpolateRows(
  cells: usize, pitch: usize, rows: u32, indices: usize, weights: usize, outputs: u32, bytes: usize, out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++, cells += pitch, out += bytes * outputs) {
    interpolateRow(cells, indices, weights, outputs, bytes, out);
  }
}

function interpolateRow(
  cells: usize, indices: usize, weights: usize, outputs: u32, bytes: usize, out: usize,
): void {
  for (const end = indices + 4 * TAPS * outputs; indices < end; indices += 4 * TAPS, weights += 4 * TAPS, out += bytes) {
    let sum = f32x4.mul(v128.load_splat<f32>(weights), v128.load(cells + load<u32>(indices)));
    sum = madd(v128.load_splat<f32>(weights, 4), v128.load(cells + load<u32>(indices, 4)), sum);
    sum = madd(v128.load_splat<f32>(weights, 8), v128.load(cells + load<u32>(indices, 8)), sum);
    sum = madd(v128.load_splat<f32>(weights, 12), v128.load(cells + load<u32>(indices, 12)), sum);
    sum = madd(v128.load_splat<f32>(weights, 16), v128.load(cells + load<u32>(indices, 16)), sum);
    v128.store(out, madd(v128.load_splat<f32>(weights, 20), v128.load(cells + load<u32>(indices, 20)), sum));
  }
}

/**
 * Along columns: each row of outputs is the sum of six rows of cells times their weights, in order. Reads and writes up to 12 bytes after a row.
 * @param indices u32 [outputs][6]: bytes from `cells` to a row
 * @param weights [outputs][6]
 * @param bytes of a row
 * @param out [outputs][bytes]
 */
export function interpolateColumns(
  cells: usize, indices: usize, weights: usize, outputs: u32, bytes: usize, out: usize,
): void {
  for (let row: u32 = 0; row < outputs; row++, indices += 4 * TAPS, weights += 4 * TAPS, out += bytes) {
    sumRows(cells, indices, weights, bytes, out);
  }
}

function sumRows(cells: usize, indices: usize, weights: usize, bytes: usize, out: usize): void {
  const w0 = v128.load_splat<f32>(weights), w1 = v128.load_splat<f32>(weights, 4), w2 = v128.load_splat<f32>(weights, 8);
  const w3 = v128.load_splat<f32>(weights, 12), w4 = v128.load_splat<f32>(weights, 16), w5 = v128.load_splat<f32>(weights, 20);
  const r0 = cells + load<u32>(indices), r1 = cells + load<u32>(indices, 4), r2 = cells + load<u32>(indices, 8);
  const r3 = cells + load<u32>(indices, 12), r4 = cells + load<u32>(indices, 16), r5 = cells + load<u32>(indices, 20);
  for (let i: usize = 0; i < bytes; i += 16) {
    let sum = f32x4.mul(w0, v128.load(r0 + i));
    sum = madd(w1, v128.load(r1 + i), sum);
    sum = madd(w2, v128.load(r2 + i), sum);
    sum = madd(w3, v128.load(r3 + i), sum);
    sum = madd(w4, v128.load(r4 + i), sum);
    v128.store(out + i, madd(w5, v128.load(r5 + i), sum));
  }
}
