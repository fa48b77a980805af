/** @file The quick way through areas of one colour: where all neighbours are equal, a few contexts say whether the next label is theirs too. */

import { squash } from '../logistic.ts';
import type { BinaryCoder } from '../range-coder.ts';
import { freshCounters, inputOf, learnBit } from './counters.ts';
import { mixed, placeOf } from './hash.ts';
import type { Match } from './match.ts';
import { Mixer } from './mixer.ts';

/** What lies beyond the neighbours. */
const FAR: readonly (readonly [number, number])[] = [
  [5, -1], [8, -1], [4, -2], [3, -3], [0, -4], [0, -6], [-8, 0], [-4, -4],
]; // biome-ignore format: a table

/** As the neighbourhood's. */
export const MOST_FAR_AHEAD = Math.max(...FAR.map(([dx, dy]) => dx + dy)) + 1;

const CONTEXTS = 4;
const INPUTS = CONTEXTS + 1;
const CONSTANT = 256;
const TABLE_BITS = 14;
const FIRST_WEIGHT = 3 / 8;
const RATE = 16;

/** No match, one that expects the same label, one that expects another. */
const MATCHES = 3;

export class Quiet {
  readonly #seen: Uint16Array;
  readonly #width: number;
  readonly #distances: Int32Array;
  /** [CONTEXTS, 2^TABLE_BITS] */
  readonly #counters = freshCounters(CONTEXTS * 2 ** TABLE_BITS);
  readonly #places = new Int32Array(CONTEXTS);
  readonly #inputs = new Int32Array(INPUTS).fill(CONSTANT);
  readonly #mixer = new Mixer(this.#inputs, MATCHES, FIRST_WEIGHT);

  /** @param seen as a neighbourhood's */
  constructor(seen: Uint16Array, width: number) {
    this.#seen = seen;
    this.#width = width;
    this.#distances = Int32Array.from(FAR, ([dx, dy]) => -dy * width - dx);
  }

  /**
   * Codes whether a label is its neighbours', and learns from it.
   * @param bit 1 if it is
   * @param label the neighbours'
   */
  code(coder: BinaryCoder, bit: number, pixel: number, label: number, match: Match): number {
    const expected = match.length === 0 ? 0 : match.label === label ? 1 : 2;
    this.#look(0, label);
    this.#look(1, mixed(mixed(label, expected), Math.min(15, match.length >> 2)));
    this.#look(2, mixed(label, this.#far(pixel, label)));
    this.#look(3, mixed(label, pixel % this.#width));
    const coded = coder.code(bit, squash(this.#mixer.mix(expected)));
    this.#mixer.learn(coded, RATE);
    for (let i = 0; i < CONTEXTS; i++) learnBit(this.#counters, this.#places[i] as number, coded);
    return coded;
  }

  #look(context: number, hash: number): void {
    const place = (context << TABLE_BITS) + placeOf(hash, TABLE_BITS);
    this.#places[context] = place;
    this.#inputs[context] = inputOf(this.#counters[place] as number);
  }

  /** Bit i is 1 if the i-th of FAR has the label. */
  #far(pixel: number, label: number): number {
    let bits = 0;
    for (let i = 0; i < FAR.length; i++) {
      const at = pixel - (this.#distances[i] as number);
      if ((at < 0 ? 0 : (this.#seen[at] as number)) === label) bits |= 1 << i;
    }
    return bits;
  }
}
