/**
 * @file Prediction of a decision by logistic regression that learns as it codes: it begins with the logit that the Laplace distribution
 * gives and adds to it what five contexts found to be missing (*corrections*) and what the network's inputs and hidden units say
 * beyond it (*evidence*). The scheme is that of `src/entropy/mixing.ts`; a mixer that sees the features themselves is a
 * last layer fitted anew while coding.
 */

import {
  CORRECTIONS, LEVEL_CLASSES, MAX_LOGIT, MEMORY_EIGHTHS, SECOND_AT,
} from '../constants';
import { codeBit, Coder } from './coder';
import { CORRECTION } from './contexts';

/** Kinds of decisions; those on magnitudes follow one another. */
export const ZERO: u32 = 0;
export const SIGN: u32 = 1;
export const MORE: u32 = 2;

const SET: usize = CORRECTION * CORRECTIONS;

/** Inputs of the mixer are of 256. These limits keep the sum of their squares small enough for the rate at which weights learn. */
const UNIT_LIMIT: i16 = 255;
const LATENT_LIMIT: i16 = 3;

/** The constant among the inputs. */
const CONSTANT: i16 = 128;

/** Information is of 65536. */
const INFORMATION_LIMIT: u32 = MEMORY_EIGHTHS << 13;

function squash(coder: Coder, logit: i32): i32 {
  return load<u16>(coder.squash + 2 * max(-MAX_LOGIT, min(MAX_LOGIT, logit)));
}

/** Hidden units as evidence, after the neighbours'. */
export function showUnits(coder: Coder, record: usize): void {
  const limit = i16x8.splat(UNIT_LIMIT);
  const bytes = <usize>2 * coder.width;
  const out = coder.evidence + 16 * coder.inputVectors;
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(out + i, i16x8.min_s(i16x8.shr_s(v128.load(record + SECOND_AT + i), 2), limit));
  }
}

/** The network's inputs as evidence: with their signs where the decision is a sign, else their magnitudes. */
export function showInputs(coder: Coder, record: usize, kind: u32): void {
  const most = i16x8.splat(LATENT_LIMIT), least = i16x8.splat(-LATENT_LIMIT);
  const bytes = <usize>16 * coder.inputVectors;
  for (let i: usize = 0; i < bytes; i += 16) {
    const input = v128.load(record + i);
    const seen = kind == SIGN ? i16x8.max_s(input, least) : i16x8.abs(input);
    v128.store(coder.evidence + i, i16x8.shl(i16x8.min_s(seen, most), 6));
  }
}

/**
 * Codes a decision of the latent whose contexts and evidence are shown, and learns from it.
 * @param logit of the Laplace distribution
 */
export function decide(coder: Coder, kind: u32, logit: i32, bit: u32): u32 {
  const set = LEVEL_CLASSES * kind + coder.levelClass;
  const corrections = coder.corrections + SET * set;
  const c0 = corrections + load<u32>(coder.contexts), c1 = corrections + load<u32>(coder.contexts, 4);
  const c2 = corrections + load<u32>(coder.contexts, 8), c3 = corrections + load<u32>(coder.contexts, 12);
  const c4 = corrections + load<u32>(coder.contexts, 16);
  const inputs = i16x8(
    <i16>logit, <i16>(load<i32>(c0) >> 8), <i16>(load<i32>(c1) >> 8), <i16>(load<i32>(c2) >> 8),
    <i16>(load<i32>(c3) >> 8), <i16>(load<i32>(c4) >> 8), CONSTANT, 0,
  );
  const weights = coder.weights + coder.setBytes * set;
  const one = squash(coder, mixed(coder, inputs, weights));
  const coded = codeBit(coder, bit, one);
  learn(coder, inputs, weights, rateShift(coder, set), (<i32>(coded << 16) - one) >> 1);
  correct(coder, c0, logit, coded);
  correct(coder, c1, logit, coded);
  correct(coder, c2, logit, coded);
  correct(coder, c3, logit, coded);
  correct(coder, c4, logit, coded);
  return coded;
}

/** Σ wᵢ·xᵢ, of the weights' upper halves. */
function mixed(coder: Coder, inputs: v128, weights: usize): i32 {
  let sum = i32x4.dot_i16x8_s(inputs, upperHalves(weights));
  const end = weights + coder.setBytes;
  for (let w = weights + 32, x = coder.evidence; w < end; w += 32, x += 16) {
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(x), upperHalves(w)));
  }
  sum = i32x4.add(sum, v128.shuffle<i32>(sum, sum, 2, 3, 0, 1));
  return (i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1)) >> 12;
}

function upperHalves(weights: usize): v128 {
  return i16x8.narrow_i32x4_s(i32x4.shr_s(v128.load(weights), 16), i32x4.shr_s(v128.load(weights, 16), 16));
}

/** The rate falls by half at 2¹², 2¹⁴ and 2¹⁶ decisions of a set. */
function rateShift(coder: Coder, set: u32): i32 {
  const address = coder.counts + 4 * set;
  const count = load<u32>(address) + 1;
  store<u32>(address, count);
  const octaves = 31 - <i32>clz(count);
  return max(1, min(4, (octaves - 8) >> 1));
}

/** wᵢ ← wᵢ + (xᵢ·error >> shift) */
function learn(coder: Coder, inputs: v128, weights: usize, shift: i32, error: i32): void {
  const errors = i16x8.splat(<i16>error);
  learnVector(inputs, weights, shift, errors);
  const end = weights + coder.setBytes;
  for (let w = weights + 32, x = coder.evidence; w < end; w += 32, x += 16) {
    learnVector(v128.load(x), w, shift, errors);
  }
}

function learnVector(inputs: v128, weights: usize, shift: i32, errors: v128): void {
  const low = i32x4.shr_s(i32x4.extmul_low_i16x8_s(inputs, errors), shift);
  const high = i32x4.shr_s(i32x4.extmul_high_i16x8_s(inputs, errors), shift);
  v128.store(weights, i32x4.add(v128.load(weights), low));
  v128.store(weights, i32x4.add(v128.load(weights, 16), high), 16);
}

/** A Newton step of what, added to the logit, predicts this context's decisions; its curvature is the information so far. */
// @ts-ignore: decorator
@inline
function correct(coder: Coder, correction: usize, logit: i32, bit: u32): void {
  const value = load<i32>(correction);
  const one = squash(coder, logit + (value >> 8));
  const seen = load<u32>(correction, 4) + ((<u32>one * (65536 - one)) >> 16);
  const information = min(INFORMATION_LIMIT, seen);
  const rate = <i32>load<u16>(coder.rates + 2 * (information >> 13));
  store<u32>(correction, information, 4);
  store<i32>(correction, value + (((<i32>(bit << 16) - one) * rate) >> 12));
}
