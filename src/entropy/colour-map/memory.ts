/**
 * @file What is remembered of contexts: a bucket for each, of its guesses and of counters of candidates, together in a line of the processor's
 * cache. A bucket belongs to the last context that came to its place.
 */

import { FRESH } from './counters.ts';
import { placeOf } from './hash.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import { BUCKET, CONTEXTS, memoryBytes, tableBits } from './tables.ts';

/** Words of a bucket: two guesses of 16 bits, the first one below; a check of 16 bits above a confidence of 8; counters. */
const STATE = 1;
const COUNTERS = 2;

export class Memory {
  /** All buckets. */
  readonly words: Int32Array;
  /** Where the bucket of each context of the current pixel begins. */
  readonly #buckets = new Int32Array(CONTEXTS);
  readonly #bits: number;

  constructor(pixels: number) {
    this.#bits = tableBits(pixels);
    this.words = new Int32Array(memoryBytes(pixels) / 4);
  }

  /** Finds the buckets of a pixel's contexts. */
  moveTo({ contexts }: Neighbourhood): void {
    const { words } = this;
    for (let i = 0; i < CONTEXTS; i++) {
      const hash = contexts[i] as number;
      const bucket = BUCKET * ((i << this.#bits) + placeOf(hash, this.#bits));
      this.#buckets[i] = bucket;
      const check = hash << 16;
      if (((words[bucket + STATE] as number) & 0xffff_0000) === check && words[bucket + COUNTERS] !== 0)
        continue;
      words[bucket + STATE] = check;
      for (let at = bucket + COUNTERS; at < bucket + BUCKET; at++) words[at] = FRESH;
    }
  }

  /** How often in a row a context's first guess was right; 0 where it has none. */
  confidence(context: number): number {
    return (this.words[(this.#buckets[context] as number) + STATE] as number) & 0xff;
  }

  /** @param guess 0 or 1, the first or the second */
  guess(context: number, guess: number): number {
    return ((this.words[this.#buckets[context] as number] as number) >>> (16 * guess)) & 0xffff;
  }

  remember(context: number, first: number, second: number, confidence: number): void {
    const bucket = this.#buckets[context] as number;
    this.words[bucket] = (second << 16) | first;
    const state = this.words[bucket + STATE] as number;
    this.words[bucket + STATE] = (state & 0xffff_0000) | confidence;
  }

  /** Where among the words the counter of a candidate may be. @param hash of the candidate */
  counterAt(context: number, hash: number): number {
    return (this.#buckets[context] as number) + COUNTERS + ((hash >>> 8) % (BUCKET - COUNTERS));
  }
}
