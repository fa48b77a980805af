/**
 * @file The context model for the latents of a wave, in integers: the same on every machine. Weights are of 2¹², hidden units of
 * 2⁸ in 16 bits; sums are taken modulo 2³². A dot product of i16x8 takes the inputs in pairs, so weights are
 * [outputs / 8][inputs / 2][8][2] and no sum crosses lanes but in the last layer. The tile is 4 latents × 2 vectors, as in `../dense.ts`.
 */

import {
  EVIDENCE_AT, FIRST_AT, MAX_SCALE, MAX_SEEN, MEAN_ONE, RECORD_BYTES, SECOND_AT, UNIT_SHIFT, WEIGHT_SHIFT,
} from '../constants';
import { Coder, ContextCell, ContextRow } from './coder';
import { showMagnitudes, showUnits } from './evidence';

/** Bytes of the weights of a pair of inputs for eight outputs, and of eight biases. */
const ROW: usize = 32;

/** The second output is log b + 2 of 4096; the index of a scale is 16 (log b + 5), rounded. */
const SCALE_SHIFT: i32 = 8;
const SCALE_BIAS: i32 = (3 << WEIGHT_SHIFT) + 128;

/**
 * Writes the means and scales of `count` latents, and leaves what the network saw and what the mixer is to see in their records.
 * @param row of the first one in the band; the others follow one row down and `slope` cells left each
 */
export function predict(coder: Coder, row: u32, x: u32, count: u32): void {
  const end = coder.records + RECORD_BYTES * count;
  gatherNeighbours(coder, coder.band + coder.stride * row + 2 * x, end);
  gatherCells(coder, coder.firstRow + row, x, end);
  clipInputs(coder, end);
  firstLayer(coder, end);
  secondLayer(coder, end);
  lastLayer(coder, count);
}

/** A row of neighbours at a time, each with whatever follows it in memory; the next row or the zeros take its place. */
function gatherNeighbours(coder: Coder, latent: usize, end: usize): void {
  const step = coder.stride - 2 * coder.slope;
  const rows = coder.neighbourRows, rowsEnd = rows + offsetof<ContextRow>() * coder.neighbourRowCount;
  for (let at = rows; at < rowsEnd; at += offsetof<ContextRow>()) {
    const neighbours = changetype<ContextRow>(at);
    const input = 2 * <usize>neighbours.input;
    let from = latent + neighbours.offset;
    for (let record = coder.records; record < end; record += RECORD_BYTES, from += step) {
      v128.store(record + input, v128.load(from));
    }
  }
  const zero = i64x2.splat(0);
  for (let cells = coder.records + 2 * coder.neighbours; cells < end; cells += RECORD_BYTES) {
    v128.store(cells, zero);
    v128.store(cells, zero, 16);
  }
}

function gatherCells(coder: Coder, y: u32, x: u32, end: usize): void {
  const slope = coder.slope;
  for (let j: u32 = 0; j < coder.coarser; j++) {
    const cell = coder.cell(j);
    const input = coder.records + 2 * (coder.neighbours + j);
    if (cell.towardsY | cell.towardsX) gatherSides(cell, y, x, slope, input, end);
    else gatherAncestors(cell, y, x, slope, input, end);
  }
}

/** The cells that hold the latents. */
function gatherAncestors(cell: ContextCell, y: u32, x: u32, slope: u32, input: usize, end: usize): void {
  const levels = cell.levels, origin = cell.origin, stride = cell.stride;
  for (; input < end; input += RECORD_BYTES, y++, x -= slope) {
    store<i16>(input, load<i16>(origin + stride * <usize>(y >> levels) + 2 * <usize>(x >> levels)));
  }
}

/** Cells beside these. */
function gatherSides(cell: ContextCell, y: u32, x: u32, slope: u32, input: usize, end: usize): void {
  const levels = cell.levels, towardsY = cell.towardsY, towardsX = cell.towardsX;
  const origin = cell.origin, stride = cell.stride;
  for (; input < end; input += RECORD_BYTES, y++, x -= slope) {
    const row = (y >> levels) + towardsY * toSide(y, levels);
    const column = (x >> levels) + towardsX * toSide(x, levels);
    store<i16>(input, load<i16>(origin + stride * <usize>row + 2 * <usize>column));
  }
}

/** The step to the side of its cell on which a coordinate lies. */
// @ts-ignore: decorator
@inline
function toSide(coordinate: u32, levels: u32): u32 {
  return 2 * ((coordinate >> (levels - 1)) & 1) - 1;
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

function firstLayer(coder: Coder, end: usize): void {
  const panelBytes = ROW * (1 + 4 * coder.inputVectors);
  let panel = coder.first;
  for (let unit: usize = 0; unit < 2 * coder.width; unit += 16, panel += panelBytes) {
    for (let record = coder.records; record < end; record += 4 * RECORD_BYTES) {
      eightUnits(record, 0, panel, panel + panelBytes, WEIGHT_SHIFT - UNIT_SHIFT, record + unit, FIRST_AT, false);
    }
  }
}

function secondLayer(coder: Coder, end: usize): void {
  const panelBytes = ROW * (1 + coder.width / 2);
  let panel = coder.second;
  for (let unit: usize = 0; unit < 2 * coder.width; unit += 16, panel += panelBytes) {
    for (let record = coder.records; record < end; record += 4 * RECORD_BYTES) {
      eightUnits(record, FIRST_AT, panel, panel + panelBytes, WEIGHT_SHIFT, record + unit, SECOND_AT, true);
    }
  }
}

/**
 * Eight units of four latents, whose records follow one another: max(0, sum · 2^−shift), and in the second layer the unit of the first
 * one added before the maximum.
 */
// @ts-ignore: decorator
@inline
function eightUnits(
  record: usize, inputsAt: usize, panel: usize, end: usize, shift: i32, units: usize, outputsAt: usize, isSecond: bool,
): void {
  let inputs = record + inputsAt;
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
  storeUnits(units, s00, s01, shift, outputsAt, isSecond);
  storeUnits(units + RECORD_BYTES, s10, s11, shift, outputsAt, isSecond);
  storeUnits(units + 2 * RECORD_BYTES, s20, s21, shift, outputsAt, isSecond);
  storeUnits(units + 3 * RECORD_BYTES, s30, s31, shift, outputsAt, isSecond);
}

// @ts-ignore: decorator
@inline
function storeUnits(units: usize, low: v128, high: v128, shift: i32, outputsAt: usize, isSecond: bool): void {
  low = i32x4.shr_s(low, shift);
  high = i32x4.shr_s(high, shift);
  if (isSecond) {
    const before = v128.load(units, FIRST_AT);
    low = i32x4.add(low, i32x4.extend_low_i16x8_s(before));
    high = i32x4.add(high, i32x4.extend_high_i16x8_s(before));
  }
  v128.store(units + outputsAt, i16x8.max_s(i16x8.narrow_i32x4_s(low, high), i64x2.splat(0)));
}

/** [μ, s] = W³[h²; c] + b³; the products with hidden units are of 2²⁰, those with inputs of 2¹². */
function lastLayer(coder: Coder, count: u32): void {
  const unitBytes = <usize>2 * coder.width, inputBytes = <usize>16 * coder.inputVectors;
  const inputWeights = coder.last + 2 * unitBytes;
  const biases = v128.load64_zero(inputWeights + 2 * inputBytes);
  const most = MEAN_ONE * coder.maxLatent;
  let record = coder.records;
  for (let i: usize = 0; i < count; i++, record += RECORD_BYTES) {
    const units = bothProducts(record + SECOND_AT, coder.last, unitBytes);
    const inputs = bothProducts(record, inputWeights, inputBytes);
    const outputs = i32x4.add(i32x4.add(i32x4.shr_s(units, UNIT_SHIFT), inputs), biases);
    const mean = (i32x4.extract_lane(outputs, 0) + 8) >> (WEIGHT_SHIFT - UNIT_SHIFT);
    const scale = (i32x4.extract_lane(outputs, 1) + SCALE_BIAS) >> SCALE_SHIFT;
    store<i32>(coder.means + 4 * i, max(-most, min(most, mean)));
    store<i32>(coder.scales + 4 * i, max(0, min(MAX_SCALE, scale)));
    showMagnitudes(record, inputBytes);
    showUnits(record + SECOND_AT, record + EVIDENCE_AT + inputBytes, unitBytes);
  }
}

/** Products of a vector with two rows of weights, in the first two lanes. */
// @ts-ignore: decorator
@inline
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
