/**
 * @file The kernels of the coder of latents. A band of rows is coded in waves, latents of equal x + slope·y from above: none of
 * them is among the neighbours of another, so the network runs on all of them before the first is coded.
 */

import { ESCAPE, ESCAPE_BITS, FRACTIONS, MAX_LOGIT, OUT_OF_RANGE, RECORD_BYTES } from '../constants';
import { codeBit, Coder, startDecoding } from './coder';
import { beginRow, follow, showActivity, showExpectation, showMagnitudes, showPlace, showSigns } from './contexts';
import { decide, MORE, showInputs, showUnits, SIGN, ZERO } from './mixing';
import { predict } from './network';

const EVEN: u32 = 32768;

/** Reads the first bytes. @returns the status */
export function start(address: usize): u32 {
  const coder = changetype<Coder>(address);
  startDecoding(coder);
  return coder.status;
}

/** Reads the latents of the band with x + slope·row = wave. @returns the status */
export function decodeWave(address: usize, wave: u32): u32 {
  const coder = changetype<Coder>(address);
  codeWave(coder, wave);
  return coder.status;
}

/** Writes the decisions of these latents. @returns their number */
export function encodeWave(address: usize, wave: u32): u32 {
  const coder = changetype<Coder>(address);
  coder.recorded = coder.decisions;
  codeWave(coder, wave);
  return <u32>(coder.recorded - coder.decisions) / 4;
}

function codeWave(coder: Coder, wave: u32): void {
  const first: u32 = wave < coder.planeWidth ? 0 : (wave - coder.planeWidth) / coder.slope + 1;
  const end = min(coder.rows, wave / coder.slope + 1);
  if (first >= end) return;
  predict(coder, first, wave - coder.slope * first, end - first);
  for (let row = first; row < end; row++) codeLatent(coder, row, wave - coder.slope * row, row - first);
}

/** @param index of the latent in its wave */
function codeLatent(coder: Coder, row: u32, x: u32, index: u32): void {
  const mean = load<i32>(coder.means + 4 * index), scale = load<i32>(coder.scales + 4 * index);
  const expected = (mean + 128) >> 8;
  const fraction = mean - (expected << 8);
  const cell = coder.band + coder.stride * row + 2 * x;
  const record = coder.records + RECORD_BYTES * index;
  const parent = parentOf(coder, row, x);
  if (!x) beginRow(coder, row);
  showUnits(coder, record);
  showInputs(coder, record, ZERO);
  showExpectation(coder, expected, fraction);
  showActivity(coder, row, scale);
  showPlace(coder, row, x);
  showMagnitudes(coder, cell, parent);
  let residual = load<i16>(cell) - expected;
  const logit = load<i16>(coder.nonzero + 2 * (FRACTIONS * scale + ((abs(fraction) + 2) >> 2)));
  if (decide(coder, ZERO, logit, residual != 0 ? 1 : 0)) {
    residual = codeNonzero(coder, residual, cell, parent, record, fraction, scale);
  } else {
    residual = 0;
  }
  store<i16>(cell, checked(coder, expected + residual));
  follow(coder, row, residual);
}

function parentOf(coder: Coder, row: u32, x: u32): i32 {
  return coder.cell(coder.inputs).at(coder.firstRow + row, x);
}

function checked(coder: Coder, value: i32): i32 {
  if (abs(value) <= coder.maxLatent) return value;
  coder.status = OUT_OF_RANGE;
  return 0;
}

/** Sign and magnitude of a residual that is not 0. */
function codeNonzero(
  coder: Coder, residual: i32, cell: usize, parent: i32, record: usize, fraction: i32, scale: i32,
): i32 {
  showInputs(coder, record, SIGN);
  showSigns(coder, cell, parent);
  const slope = (fraction * load<i32>(coder.sharpness + 4 * scale) + 64) >> 7;
  const positive = decide(coder, SIGN, max(-MAX_LOGIT, min(MAX_LOGIT, slope)), residual > 0 ? 1 : 0);
  showInputs(coder, record, MORE);
  showMagnitudes(coder, cell, parent);
  const magnitude = codeMagnitude(coder, abs(residual), scale);
  return positive ? magnitude : -magnitude;
}

function codeMagnitude(coder: Coder, magnitude: i32, scale: i32): i32 {
  const logit = load<i16>(coder.more + 2 * scale);
  for (let k: u32 = 1; k < <u32>ESCAPE; k++) {
    if (!decide(coder, MORE + min(k, 3) - 1, logit, magnitude > <i32>k ? 1 : 0)) return k;
  }
  return ESCAPE - 1 + codeEscape(coder, magnitude - (ESCAPE - 1), scale);
}

/** Exp-Golomb code of a value from 1 on: the bits below the leading one, their number in unary before them. */
function codeEscape(coder: Coder, value: i32, scale: i32): i32 {
  let bits: u32 = 0;
  const probabilities = coder.escapes + 2 * ESCAPE_BITS * (scale >> 3);
  while (bits < <u32>ESCAPE_BITS && codeAdaptive(coder, probabilities + 2 * bits, value >> (bits + 1) ? 1 : 0)) bits++;
  let coded: u32 = 1;
  for (let below = bits; below > 0; below--) {
    coded = 2 * coded + codeBit(coder, (value >> (below - 1)) & 1, EVEN);
  }
  return coded;
}

function codeAdaptive(coder: Coder, probability: usize, bit: u32): u32 {
  const one: u32 = load<u16>(probability);
  const coded = codeBit(coder, bit, one);
  store<u16>(probability, coded ? one + ((65536 - one) >> 5) : one - (one >> 5));
  return coded;
}
