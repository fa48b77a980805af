/**
 * @file Prediction of a bit from several contexts: a table of adaptive counters per context, their predictions mixed in the
 * logistic domain by weights that learn (the PAQ family's scheme; Mahoney 2005). Integers only: an encoder and a
 * decoder on different machines predict alike.
 */

import { MAX_STRETCHED, squash, stretch } from './logistic.ts';
import type { BinaryCoder } from './range-coder.ts';

/** Bits after which a counter's rate stops falling. */
const LIMIT = 250;

/** A counter moves by 1/(n + 1.5) of its error after n bits. */
const RATES = Int32Array.from({ length: LIMIT + 1 }, (_, n) => Math.floor(65536 / (n + 1.5)));

/** How far a counter is trusted after n bits, of 256: nothing before the first. */
const TRUST = Int32Array.from({ length: LIMIT + 1 }, (_, n) => Math.floor((256 * n) / (n + 0.6)));

/** Mixer weights are of 65536. */
const WEIGHT_ONE = 65536;

interface MixingOptions {
  /** Number of contexts of each input's table. */
  readonly tables: readonly number[];
  /** Number of weight sets. */
  readonly sets: number;
  /** Learning rate of the weights, 1 … 32. */
  readonly rate: number;
}

export class MixingModel {
  /** Of all tables, one after the other. */
  readonly #probabilities: Uint16Array;
  readonly #counts: Uint8Array;
  /** Where each table begins. */
  readonly #tables: Int32Array;
  readonly #weights: Int32Array;
  readonly #inputs: Int32Array;
  readonly #rate: number;

  constructor({ tables, sets, rate }: MixingOptions) {
    const begins = startsOf(tables);
    const total = begins.at(-1) as number;
    this.#tables = begins.subarray(0, tables.length);
    this.#probabilities = new Uint16Array(total).fill(32768);
    this.#counts = new Uint8Array(total);
    // A little more than the mean of the inputs: several contexts that agree are surer than each of them.
    this.#weights = new Int32Array(sets * tables.length).fill(Math.floor((1.4 * WEIGHT_ONE) / tables.length));
    this.#inputs = new Int32Array(tables.length);
    this.#rate = rate;
  }

  /** Takes over what a model of the same options has learned. */
  copyFrom(other: MixingModel): void {
    this.#probabilities.set(other.#probabilities);
    this.#counts.set(other.#counts);
    this.#weights.set(other.#weights);
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
      const at = (this.#tables[i] as number) + (contexts[i] as number);
      const probability = this.#probabilities[at] as number;
      const trust = TRUST[this.#counts[at] as number] as number;
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
      this.#count((this.#tables[i] as number) + (contexts[i] as number), target);
    }
  }

  #count(at: number, target: number): void {
    const count = this.#counts[at] as number;
    const probability = this.#probabilities[at] as number;
    this.#probabilities[at] = probability + (((target - probability) * (RATES[count] as number)) >> 16);
    if (count < LIMIT) this.#counts[at] = count + 1;
  }
}

/** Where things of such sizes begin, one after the other, and where the last one ends. */
function startsOf(sizes: readonly number[]): Int32Array {
  const starts = new Int32Array(sizes.length + 1);
  for (const [i, size] of sizes.entries()) starts[i + 1] = (starts[i] as number) + size;
  return starts;
}
