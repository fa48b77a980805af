/** @file A prediction seen again in its context: what such predictions have come to there (PAQ's adaptive probability map). */

import { squash } from '../logistic.ts';
import { clip } from './mixer.ts';

/** Knots on the stretched axis, SPACING apart; the middle one stands for 0. */
const KNOTS = 33;
const SPACING = 192;
const MIDDLE = (KNOTS - 1) / 2;

/** A knot moves by 1/2^RATE of its error. */
const RATE = 5;

export class Refinement {
  /** [contexts, KNOTS]: probabilities of 65536. */
  readonly #probabilities: Uint16Array;
  /** The knot that is nearest to the last prediction. */
  #nearest = 0;

  constructor(contexts: number) {
    const row = Uint16Array.from({ length: KNOTS }, (_, i) => squash(clip((i - MIDDLE) * SPACING)));
    this.#probabilities = new Uint16Array(contexts * KNOTS);
    for (let i = 0; i < contexts; i++) this.#probabilities.set(row, KNOTS * i);
  }

  /** Linear between the knots. @param prediction stretched @returns of 65536 */
  refine(context: number, prediction: number): number {
    const position = prediction + MIDDLE * SPACING;
    const knot = Math.floor(position / SPACING);
    const rest = position - knot * SPACING;
    const below = context * KNOTS + knot;
    this.#nearest = rest >= SPACING / 2 ? below + 1 : below;
    const low = this.#probabilities[below] as number;
    const high = this.#probabilities[below + 1] as number;
    return Math.floor((low * (SPACING - rest) + high * rest) / SPACING);
  }

  learn(bit: number): void {
    const probability = this.#probabilities[this.#nearest] as number;
    this.#probabilities[this.#nearest] = probability + (((bit === 1 ? 65535 : 0) - probability) >> RATE);
  }
}
