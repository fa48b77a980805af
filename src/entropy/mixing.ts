/**
 * @file Prediction of a bit from several contexts: a table of adaptive counters per context, their predictions mixed in the
 * logistic domain by weights that learn (the PAQ family's scheme; Mahoney 2005). Integers only: an encoder and a
 * decoder on different machines predict alike.
 */

import { MAX_STRETCHED, squash, stretch } from './logistic.ts';
import type { BinaryCoder } from './range-coder.ts';

/** A counter moves by 1/(n + 1.5) of its error after n bits, and never by less than 1/(LIMIT + 1.5). */
const RATES = (limit: number): Int32Array =>
  Int32Array.from({ length: limit + 1 }, (_, n) => Math.floor(65536 / (n + 1.5)));

/** How far a counter is trusted after n bits, of 256: nothing before the first. */
const TRUST = Int32Array.from({ length: 256 }, (_, n) => Math.floor((256 * n) / (n + 0.6)));

/** Mixer weights are of 65536. */
const WEIGHT_ONE = 65536;

export interface MixingOptions {
  /** Number of contexts of each input's table. */
  readonly tables: readonly number[];
  /** Number of weight sets. */
  readonly sets: number;
  /** Bits after which a counter's rate stops falling, up to 255. */
  readonly limit: number;
  /** Learning rate of the weights, 1 … 32. */
  readonly rate: number;
}

export class MixingModel {
  readonly #probabilities: readonly Uint16Array[];
  readonly #counts: readonly Uint8Array[];
  readonly #weights: Int32Array;
  readonly #inputs: Int32Array;
  readonly #rates: Int32Array;
  readonly #limit: number;
  readonly #rate: number;

  constructor({ tables, sets, limit, rate }: MixingOptions) {
    this.#probabilities = tables.map((size) => new Uint16Array(size).fill(32768));
    this.#counts = tables.map((size) => new Uint8Array(size));
    // A little more than the mean of the inputs: several contexts that agree are surer than each of them.
    this.#weights = new Int32Array(sets * tables.length).fill(Math.floor((1.4 * WEIGHT_ONE) / tables.length));
    this.#inputs = new Int32Array(tables.length);
    this.#rates = RATES(limit);
    this.#limit = limit;
    this.#rate = rate;
  }

  /**
   * Codes a bit and learns from it.
   * @param contexts the index into each table
   * @param set the weight set
   */
  code(coder: BinaryCoder, bit: number, contexts: Int32Array, set: number): number {
    const one = this.#predict(contexts, set);
    const coded = coder.code(bit, one);
    this.#learn(contexts, set, coded, one);
    return coded;
  }

  #predict(contexts: Int32Array, set: number): number {
    const inputs = this.#inputs;
    let sum = 0;
    for (let i = 0; i < inputs.length; i++) {
      const context = contexts[i] as number;
      const probability = (this.#probabilities[i] as Uint16Array)[context] as number;
      const trust = TRUST[(this.#counts[i] as Uint8Array)[context] as number] as number;
      const input = (stretch(probability) * trust) >> 8;
      inputs[i] = input;
      sum += input * (this.#weights[set * inputs.length + i] as number);
    }
    const mixed = Math.floor(sum / WEIGHT_ONE);
    return squash(Math.max(-MAX_STRETCHED, Math.min(MAX_STRETCHED, mixed)));
  }

  #learn(contexts: Int32Array, set: number, bit: number, one: number): void {
    const inputs = this.#inputs;
    const target = bit === 1 ? 65535 : 0;
    const error = ((target - one) * this.#rate) >> 4;
    for (let i = 0; i < inputs.length; i++) {
      const w = set * inputs.length + i;
      this.#weights[w] = (this.#weights[w] as number) + (((inputs[i] as number) * error + 0x8000) >> 16);
      this.#count(i, contexts[i] as number, target);
    }
  }

  #count(table: number, context: number, target: number): void {
    const probabilities = this.#probabilities[table] as Uint16Array;
    const counts = this.#counts[table] as Uint8Array;
    const count = counts[context] as number;
    const probability = probabilities[context] as number;
    probabilities[context] = probability + (((target - probability) * (this.#rates[count] as number)) >> 16);
    if (count < this.#limit) counts[context] = count + 1;
  }
}
