/**
 * @file The kernels of the coder of latents. A band of rows is coded in waves, latents of equal x + slope·y from above: none of
 * them is among the neighbours of another, so the network runs on all of them before the first is coded.
 */

import { ESCAPE, ESCAPE_BITS, FRACTIONS, MAX_LOGIT, OUT_OF_RANGE, RECORD_BYTES } from '../constants';
import { codeBit, Coder, startDecoding } from './coder';
import {
  activityOf, beginRow, expectation, follow, pattern, place, signedPattern, signedTriple, triple,
} from './contexts';
import { showMagnitudes, showSigned } from './evidence';
import { decide, MORE, SIGN, ZERO } from './mixing';
import { predict } from './network';

const EVEN: u32 = 32768;

/** Reads the first bytes. @returns the status */
export function start(address: usize): u32 {
  const coder = changetype<Coder>(address);
  startDecoding(coder);
  return coder.status;
}

/** Reads the latents of the band with first ≤ x + slope·row < end. @returns the status */
export function decodeWaves(address: usize, first: u32, end: u32): u32 {
  const coder = changetype<Coder>(address);
  for (let wave = first; wave < end && !coder.status; wave++) codeWave(coder, wave);
  return coder.status;
}

/** Writes the decisions of these latents. @returns their number */
export function encodeWaves(address: usize, first: u32, end: u32): u32 {
  const coder = changetype<Coder>(address);
  coder.recorded = coder.decisions;
  for (let wave = first; wave < end; wave++) codeWave(coder, wave);
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
  if (!x) beginRow(coder, row);
  const c0 = expectation(expected, fraction), c2 = activityOf(coder, row, scale), c3 = place(coder, row, x);
  const above = cell - coder.stride;
  const west = <i32>load<i16>(cell - 2), north = <i32>load<i16>(above);
  const c1 = pattern(west, north, load<i16>(above - 2), load<i16>(above, 2));
  const c4 = triple(west, north, parentOf(coder, row, x));
  const record = coder.records + RECORD_BYTES * index;
  let residual = load<i16>(cell) - expected;
  const logit = load<i16>(coder.nonzero + 2 * (FRACTIONS * scale + ((abs(fraction) + 2) >> 2)));
  if (decide(coder, ZERO, record, logit, residual != 0 ? 1 : 0, c0, c1, c2, c3, c4)) {
    const positive = codeSign(coder, row, x, record, residual, fraction, scale, c0, c2, c3);
    const magnitude = codeMagnitude(coder, record, abs(residual), scale, c0, c1, c2, c3, c4);
    residual = positive ? magnitude : -magnitude;
  } else {
    residual = 0;
  }
  store<i16>(cell, checked(coder, expected + residual));
  follow(coder, row, residual);
}

// @ts-ignore: decorator
@inline
function parentOf(coder: Coder, row: u32, x: u32): i32 {
  const parent = coder.cell(coder.coarser);
  const y = (coder.firstRow + row) >> parent.levels;
  return load<i16>(parent.origin + parent.stride * <usize>y + 2 * <usize>(x >> parent.levels));
}

function checked(coder: Coder, value: i32): i32 {
  if (abs(value) <= coder.maxLatent) return value;
  coder.status = OUT_OF_RANGE;
  return 0;
}

/** Of a residual that is not 0. */
function codeSign(
  coder: Coder, row: u32, x: u32, record: usize, residual: i32, fraction: i32, scale: i32, c0: usize, c2: usize, c3: usize,
): u32 {
  const cell = coder.band + coder.stride * row + 2 * x;
  const above = cell - coder.stride;
  const west = <i32>load<i16>(cell - 2), north = <i32>load<i16>(above);
  const c1 = signedPattern(west, north, load<i16>(above - 2), load<i16>(above, 2));
  const c4 = signedTriple(west, north, parentOf(coder, row, x));
  const slope = (fraction * load<i32>(coder.sharpness + 4 * scale) + 64) >> 7;
  const logit = max(-MAX_LOGIT, min(MAX_LOGIT, slope));
  const bytes = 16 * coder.inputVectors;
  showSigned(record, bytes);
  const positive = decide(coder, SIGN, record, logit, residual > 0 ? 1 : 0, c0, c1, c2, c3, c4);
  showMagnitudes(record, bytes);
  return positive;
}

function codeMagnitude(
  coder: Coder, record: usize, magnitude: i32, scale: i32, c0: usize, c1: usize, c2: usize, c3: usize, c4: usize,
): i32 {
  const logit = load<i16>(coder.more + 2 * scale);
  for (let k: u32 = 1; k < <u32>ESCAPE; k++) {
    const kind = MORE + min(k, 3) - 1;
    if (!decide(coder, kind, record, logit, magnitude > <i32>k ? 1 : 0, c0, c1, c2, c3, c4)) return k;
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
