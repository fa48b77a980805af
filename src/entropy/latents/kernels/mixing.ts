/**
 * @file Prediction of a decision by logistic regression that learns as it codes: it begins with the logit that the Laplace distribution
 * gives and adds to it what five contexts found to be missing (*corrections*) and what the network's inputs and hidden units say
 * beyond it (*evidence*). The scheme is that of `src/entropy/mixing.ts`; a mixer that sees the features themselves is a
 * last layer fitted anew while coding.
 */

import { CORRECTIONS, EVIDENCE_AT, LEVEL_CLASSES, MAX_LOGIT, MEMORY_EIGHTHS } from '../constants';
import { codeBit, Coder } from './coder';
import { CORRECTION } from './contexts';

/** Kinds of decisions; those on magnitudes follow one another. */
export const ZERO: u32 = 0;
export const SIGN: u32 = 1;
export const MORE: u32 = 2;

const SET: usize = CORRECTION * CORRECTIONS;

/** The constant among the inputs, which are of 256. */
const CONSTANT: i16 = 128;

/** Information is of 65536. */
const INFORMATION_LIMIT: u32 = MEMORY_EIGHTHS << 13;

// @ts-ignore: decorator
@inline
function squash(table: usize, logit: i32): i32 {
  return load<u16>(table + 2 * max(-MAX_LOGIT, min(MAX_LOGIT, logit)));
}

/**
 * Codes a decision of the latent whose evidence is shown, and learns from it.
 * @param record the latent's
 * @param logit of the Laplace distribution
 * @param c0, c1, c2, c3, c4 its contexts: where their corrections are in a set
 */
export function decide(
  coder: Coder, kind: u32, record: usize, logit: i32, bit: u32,
  c0: usize, c1: usize, c2: usize, c3: usize, c4: usize,
): u32 {
  const set = LEVEL_CLASSES * kind + coder.levelClass;
  const corrections = coder.corrections + SET * set;
  c0 += corrections; c1 += corrections; c2 += corrections; c3 += corrections; c4 += corrections;
  const inputs = i16x8(
    <i16>logit, <i16>(load<i32>(c0) >> 8), <i16>(load<i32>(c1) >> 8), <i16>(load<i32>(c2) >> 8),
    <i16>(load<i32>(c3) >> 8), <i16>(load<i32>(c4) >> 8), CONSTANT, 0,
  );
  const setBytes = coder.setBytes;
  const weights = coder.weights + setBytes * set;
  const table = coder.squash;
  const one = squash(table, mixed(inputs, record + EVIDENCE_AT, weights, weights + setBytes));
  const coded = codeBit(coder, bit, one);
  learn(inputs, record + EVIDENCE_AT, weights, weights + setBytes, scaled((coded << 16) - one, rateShift(coder, set)));
  const rates = coder.rates;
  correct(c0, table, rates, logit, coded);
  correct(c1, table, rates, logit, coded);
  correct(c2, table, rates, logit, coded);
  correct(c3, table, rates, logit, coded);
  correct(c4, table, rates, logit, coded);
  return coded;
}

/** Σ wᵢ·xᵢ, of the weights' upper halves. */
// @ts-ignore: decorator
@inline
function mixed(inputs: v128, evidence: usize, weights: usize, end: usize): i32 {
  let sum = i32x4.dot_i16x8_s(inputs, upperHalves(weights));
  for (let w = weights + 32, x = evidence; w < end; w += 32, x += 16) {
    sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(x), upperHalves(w)));
  }
  sum = i32x4.add(sum, v128.shuffle<i32>(sum, sum, 2, 3, 0, 1));
  return (i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1)) >> 12;
}

/** Of eight weights, which lie with the even ones first. */
// @ts-ignore: decorator
@inline
function upperHalves(weights: usize): v128 {
  const even = i32x4.shr_u(v128.load(weights), 16);
  return v128.or(even, v128.and(v128.load(weights, 16), i32x4.splat(0xffff0000)));
}

/** error · 2^−shift, rounded. */
// @ts-ignore: decorator
@inline
function scaled(error: i32, shift: i32): i32 {
  return (error + (1 << (shift - 1))) >> shift;
}

/** The rate falls by half at 2⁹, 2¹¹ and 2¹³ decisions of a set. */
// @ts-ignore: decorator
@inline
function rateShift(coder: Coder, set: u32): i32 {
  const address = coder.counts + 4 * set;
  const count = load<u32>(address) + 1;
  store<u32>(address, count);
  const octaves = 31 - <i32>clz(count);
  return max(2, min(5, (octaves - 3) >> 1));
}

/** wᵢ ← wᵢ + xᵢ·error */
// @ts-ignore: decorator
@inline
function learn(inputs: v128, evidence: usize, weights: usize, end: usize, error: i32): void {
  const even = i32x4.splat(error & 0xffff), odd = i32x4.splat(error << 16);
  learnVector(inputs, weights, even, odd);
  for (let w = weights + 32, x = evidence; w < end; w += 32, x += 16) learnVector(v128.load(x), w, even, odd);
}

/** The dot products have one product each that is not 0. */
// @ts-ignore: decorator
@inline
function learnVector(inputs: v128, weights: usize, even: v128, odd: v128): void {
  const low = i32x4.dot_i16x8_s(inputs, even);
  const high = i32x4.dot_i16x8_s(inputs, odd);
  v128.store(weights, i32x4.add(v128.load(weights), low));
  v128.store(weights, i32x4.add(v128.load(weights, 16), high), 16);
}

/** A Newton step of what, added to the logit, predicts this context's decisions; its curvature is the information so far. */
// @ts-ignore: decorator
@inline
function correct(correction: usize, table: usize, rates: usize, logit: i32, bit: u32): void {
  const value = load<i32>(correction);
  const one = squash(table, logit + (value >> 8));
  const seen = load<u32>(correction, 4) + ((<u32>one * (65536 - one)) >> 16);
  const information = min(INFORMATION_LIMIT, seen);
  const rate = <i32>load<u16>(rates + 2 * (information >> 13));
  store<u32>(correction, information, 4);
  store<i32>(correction, value + (((<i32>(bit << 16) - one) * rate) >> 12));
}
