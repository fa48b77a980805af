/** @file A mixer of predictions: the sum of stretched inputs, weighted by one of several sets of weights that learn. */

import { MAX_STRETCHED, squash } from '../logistic.ts';

/** A weight of 1. */
const ONE = 65536;

export class Mixer {
  readonly #weights: Int32Array;
  readonly #inputs: Int32Array;
  /** Where the chosen set begins. */
  #set = 0;
  #output = 0;

  /**
   * @param inputs shared with whoever fills them, stretched
   * @param sets of weights
   * @param weight that all begin with
   */
  constructor(inputs: Int32Array, sets: number, weight: number) {
    this.#inputs = inputs;
    this.#weights = new Int32Array(sets * inputs.length).fill(Math.floor(ONE * weight));
  }

  /** Chooses a set. @returns the sum, stretched */
  mix(set: number): number {
    const inputs = this.#inputs;
    const weights = this.#weights;
    const first = set * inputs.length;
    let sum = 0;
    for (let i = 0; i < inputs.length; i++) {
      sum += Math.imul(inputs[i] as number, weights[first + i] as number) >> 8;
    }
    this.#set = first;
    this.#output = clip(sum >> 8);
    return this.#output;
  }

  /** Moves the chosen weights to what would have been better. @param rate 1 … 120 */
  learn(bit: number, rate: number): void {
    const inputs = this.#inputs;
    const weights = this.#weights;
    const error = (((bit === 1 ? 65535 : 0) - squash(this.#output)) * rate) >> 4;
    for (let i = 0; i < inputs.length; i++) {
      const at = this.#set + i;
      weights[at] = (weights[at] as number) + ((Math.imul(inputs[i] as number, error) + 0x8000) >> 16);
    }
  }
}

export function clip(stretched: number): number {
  return Math.max(-MAX_STRETCHED, Math.min(MAX_STRETCHED, stretched));
}
