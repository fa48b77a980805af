/**
 * @file The context model for the latents of a wave, in integers: the same on every machine. Weights are of 2¹², hidden units of
 * 2⁸ in 16 bits; sums are taken modulo 2³². A dot product of i16x8 takes the inputs in pairs, so weights are
 * [outputs / 8][inputs / 2][8][2] and no sum crosses lanes but in the last layer. The tile is 4 latents × 2 vectors, as in `../dense.ts`.
 */

import {
  FIRST_AT, MAX_SCALE, MAX_SEEN, MEAN_ONE, RECORD_BYTES, SECOND_AT, UNIT_SHIFT, WEIGHT_SHIFT,
} from '../constants';
import { Coder, ContextCell } from './coder';

/** Bytes of the weights of a pair of inputs for eight outputs, and of eight biases. */
const ROW: usize = 32;

/** The second output is log b + 2 of 4096; the index of a scale is 16 (log b + 5), rounded. */
const SCALE_SHIFT: i32 = 8;
const SCALE_BIAS: i32 = (3 << WEIGHT_SHIFT) + 128;

/** Four latents' sums of eight outputs. */
const SUMS = memory.data(128, 16);

/**
 * Writes the means and scales of `count` latents, and leaves what the network saw in their records.
 * @param row of the first one in the band; the others follow one row down and `slope` cells left each
 */
export function predict(coder: Coder, row: u32, x: u32, count: u32): void {
  gatherInputs(coder, coder.firstRow + row, x, count);
  const end = coder.records + RECORD_BYTES * count;
  clipInputs(coder, end);
  const first = ROW * (1 + 4 * coder.inputVectors), second = ROW * (1 + coder.width / 2);
  layer(coder, 0, coder.first, first, WEIGHT_SHIFT - UNIT_SHIFT, FIRST_AT, false, end);
  layer(coder, FIRST_AT, coder.second, second, WEIGHT_SHIFT, SECOND_AT, true, end);
  lastLayer(coder, count);
}

/** Latents of a wave follow one row down and `slope` cells left each. */
function gatherInputs(coder: Coder, y: u32, x: u32, count: u32): void {
  for (let j: u32 = 0; j < coder.inputs; j++) {
    const cell = coder.cell(j);
    const input = coder.records + 2 * j;
    if (cell.levels) gatherCells(cell, y, x, count, coder.slope, input);
    else gatherNeighbours(cell, y, x, count, coder.slope, input);
  }
}

function gatherCells(cell: ContextCell, y: u32, x: u32, count: u32, slope: u32, input: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    store<i16>(input, cell.at(y + i, x - slope * i));
    input += RECORD_BYTES;
  }
}

/** Of a plane as fine as the latents': a wave goes through it in equal steps. */
function gatherNeighbours(cell: ContextCell, y: u32, x: u32, count: u32, slope: u32, input: usize): void {
  let neighbour = cell.origin + cell.stride * y + 2 * x;
  const step = cell.stride - 2 * slope;
  for (let i: u32 = 0; i < count; i++) {
    store<i16>(input, load<i16>(neighbour));
    neighbour += step;
    input += RECORD_BYTES;
  }
}

function clipInputs(coder: Coder, end: usize): void {
  const most = i16x8.splat(<i16>MAX_SEEN), least = i16x8.splat(<i16>-MAX_SEEN);
  const bytes = 16 * coder.inputVectors;
  for (let record = coder.records; record < end; record += RECORD_BYTES) {
    for (let input = record; input < record + bytes; input += 16) {
      v128.store(input, i16x8.max_s(i16x8.min_s(v128.load(input), most), least));
    }
  }
}

/**
 * Eight units after the other: max(0, sum · 2^−shift), and in the second layer the unit of the first one added before the maximum.
 * @param panel the layer's weights
 * @param panelBytes of eight units
 */
function layer(
  coder: Coder, inputsAt: usize, panel: usize, panelBytes: usize, shift: i32, outputsAt: usize, residual: bool, end: usize,
): void {
  const zero = i64x2.splat(0);
  for (let unit: usize = 0; unit < 2 * coder.width; unit += 16, panel += panelBytes) {
    for (let record = coder.records; record < end; record += 4 * RECORD_BYTES) {
      sumTile(record + inputsAt, panel, panel + panelBytes);
      let units = record + unit;
      for (let sums = SUMS; sums < SUMS + 4 * ROW; sums += ROW, units += RECORD_BYTES) {
        const before = residual ? v128.load(units, FIRST_AT) : zero;
        const low = i32x4.add(i32x4.shr_s(v128.load(sums), shift), i32x4.extend_low_i16x8_s(before));
        const high = i32x4.add(i32x4.shr_s(v128.load(sums, 16), shift), i32x4.extend_high_i16x8_s(before));
        v128.store(units + outputsAt, i16x8.max_s(i16x8.narrow_i32x4_s(low, high), zero));
      }
    }
  }
}

/** Writes eight sums of four latents, whose records follow one another, to SUMS. */
function sumTile(inputs: usize, panel: usize, end: usize): void {
  let s00 = v128.load(panel), s01 = v128.load(panel, 16);
  let s10 = s00, s11 = s01, s20 = s00, s21 = s01, s30 = s00, s31 = s01;
  for (let w = panel + ROW; w < end; w += ROW, inputs += 4) {
    const w0 = v128.load(w), w1 = v128.load(w, 16);
    let x = v128.load_splat<i32>(inputs);
    s00 = i32x4.add(s00, i32x4.dot_i16x8_s(x, w0)); s01 = i32x4.add(s01, i32x4.dot_i16x8_s(x, w1));
    x = v128.load_splat<i32>(inputs, RECORD_BYTES);
    s10 = i32x4.add(s10, i32x4.dot_i16x8_s(x, w0)); s11 = i32x4.add(s11, i32x4.dot_i16x8_s(x, w1));
    x = v128.load_splat<i32>(inputs, 2 * RECORD_BYTES);
    s20 = i32x4.add(s20, i32x4.dot_i16x8_s(x, w0)); s21 = i32x4.add(s21, i32x4.dot_i16x8_s(x, w1));
    x = v128.load_splat<i32>(inputs, 3 * RECORD_BYTES);
    s30 = i32x4.add(s30, i32x4.dot_i16x8_s(x, w0)); s31 = i32x4.add(s31, i32x4.dot_i16x8_s(x, w1));
  }
  v128.store(SUMS, s00); v128.store(SUMS, s01, 16);
  v128.store(SUMS, s10, 32); v128.store(SUMS, s11, 48);
  v128.store(SUMS, s20, 64); v128.store(SUMS, s21, 80);
  v128.store(SUMS, s30, 96); v128.store(SUMS, s31, 112);
}

/** [μ, s] = W³[h²; c] + b³; the products with hidden units are of 2²⁰, those with inputs of 2¹². */
function lastLayer(coder: Coder, count: u32): void {
  const unitBytes = <usize>2 * coder.width, inputBytes = <usize>16 * coder.inputVectors;
  const inputWeights = coder.last + 2 * unitBytes;
  const biases = v128.load64_zero(inputWeights + 2 * inputBytes);
  let record = coder.records;
  for (let i: usize = 0; i < count; i++, record += RECORD_BYTES) {
    const units = bothProducts(record + SECOND_AT, coder.last, unitBytes);
    const inputs = bothProducts(record, inputWeights, inputBytes);
    const outputs = i32x4.add(i32x4.add(i32x4.shr_s(units, UNIT_SHIFT), inputs), biases);
    const mean = (i32x4.extract_lane(outputs, 0) + 8) >> (WEIGHT_SHIFT - UNIT_SHIFT);
    const scale = (i32x4.extract_lane(outputs, 1) + SCALE_BIAS) >> SCALE_SHIFT;
    const most = MEAN_ONE * coder.maxLatent;
    store<i32>(coder.means + 4 * i, max(-most, min(most, mean)));
    store<i32>(coder.scales + 4 * i, max(0, min(MAX_SCALE, scale)));
  }
}

/** Products of a vector with two rows of weights, in the first two lanes. */
function bothProducts(values: usize, rows: usize, bytes: usize): v128 {
  let a = i64x2.splat(0), b = a;
  for (let i: usize = 0; i < bytes; i += 16) {
    const v = v128.load(values + i);
    a = i32x4.add(a, i32x4.dot_i16x8_s(v, v128.load(rows + i)));
    b = i32x4.add(b, i32x4.dot_i16x8_s(v, v128.load(rows + bytes + i)));
  }
  const halves = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  return i32x4.add(halves, v128.shuffle<i32>(halves, halves, 2, 3, 0, 1));
}
