/**
 * @file Adaptive probabilities, many to an array: bits 16 … 31 of an entry are the probability of a 1, of 65536, bits 8 … 15 a check of the
 * context that it belongs to, bits 0 … 7 how many bits it has seen.
 */

import { stretch } from '../logistic.ts';

/** Bits after which a counter's rate stops falling. */
const LIMIT = 250;

/** A counter moves by 1/(n + 1.5) of its error after n bits. */
const RATES = Int32Array.from({ length: LIMIT + 1 }, (_, n) => Math.floor(65536 / (n + 1.5)));

/** How far a counter is trusted after n bits, of 256: nothing before the first. */
const TRUST = Int32Array.from({ length: LIMIT + 1 }, (_, n) => Math.floor((256 * n) / (n + 0.6)));

/** A counter that has seen nothing, of check 0. */
export const FRESH = 0x8000_0000 | 0;

export function freshCounters(count: number): Int32Array {
  return new Int32Array(count).fill(FRESH);
}

/** Makes the counter one of the context with this check, 0 … 255: a fresh one where it was another's. */
export function claim(counters: Int32Array, at: number, check: number): void {
  if ((((counters[at] as number) >>> 8) & 0xff) !== check) counters[at] = FRESH | (check << 8);
}

/** What a counter says to a mixer: its prediction, stretched, as far as it is trusted. */
export function inputOf(counter: number): number {
  return (stretch(counter >>> 16) * (TRUST[counter & 0xff] as number)) >> 8;
}

/** Learns a bit. Steps are rounded up, so that a counter of equal bits gets as sure as can be. */
export function learnBit(counters: Int32Array, at: number, bit: number): void {
  const counter = counters[at] as number;
  const probability = counter >>> 16;
  const seen = counter & 0xff;
  const rate = RATES[seen] as number;
  const learned =
    bit === 1
      ? probability + (((65535 - probability) * rate + 65535) >>> 16)
      : probability - ((probability * rate + 65535) >>> 16);
  counters[at] = (learned << 16) | (counter & 0xff00) | (seen < LIMIT ? seen + 1 : seen);
}
