/** @file What a coder of latents learns while it codes, in the kernels' memory: one block, which can be put back to what it was at first. */

import type { Arena } from '../../wasm/arena.ts';
import { PROBABILITY_ONE } from '../range-coder.ts';
import { CORRECTIONS, ESCAPE_BITS, ESCAPE_CLASSES, KINDS, LEVEL_CLASSES, MIXER_ONE } from './constants.ts';

const SETS = KINDS * LEVEL_CLASSES;
/** Bytes of a set's corrections. */
const CORRECTION_BYTES = 8 * CORRECTIONS;

/** Of the mixer's inputs before the evidence, of 2²⁸: trusts the Laplace distribution, and a quarter of each correction. */
const HEAD_WEIGHTS = [1, 1 / 4, 1 / 4, 1 / 4, 1 / 4, 1 / 4, 0, 0].map((weight) => MIXER_ONE * weight);
/** A vector's weights in the order of the kernels. */
const LANES = [0, 2, 4, 6, 1, 3, 5, 7];

export class AdaptiveState {
  readonly #memory: WebAssembly.Memory;
  readonly #start: number;
  readonly #bytes: number;
  /** What it is at first. */
  readonly #fresh: Uint8Array;
  /** Fields of the coder's record. */
  readonly addresses: Readonly<Record<'weights' | 'setBytes' | 'counts' | 'corrections' | 'escapes', number>>;

  /** @param evidence values of it */
  constructor(arena: Arena, evidence: number) {
    const setBytes = 4 * (8 + evidence);
    const [ofWeights, ofCounts, ofCorrections] = [setBytes * SETS, 4 * SETS, CORRECTION_BYTES * SETS];
    this.#bytes = ofWeights + ofCounts + ofCorrections + 2 * ESCAPE_CLASSES * ESCAPE_BITS;
    this.#memory = arena.memory;
    this.#start = arena.take(this.#bytes);
    const counts = this.#start + ofWeights;
    const corrections = counts + ofCounts;
    const escapes = corrections + ofCorrections;
    this.addresses = { weights: this.#start, setBytes, counts, corrections, escapes };
    for (let set = 0; set < SETS; set++) {
      const weights = new Int32Array(this.#memory.buffer, this.#start + setBytes * set, 8);
      weights.set(LANES.map((lane) => HEAD_WEIGHTS[lane] as number));
    }
    new Uint16Array(this.#memory.buffer, escapes, ESCAPE_CLASSES * ESCAPE_BITS).fill(PROBABILITY_ONE / 2);
    this.#fresh = this.#all().slice();
  }

  /** Forgets all. */
  reset(): void {
    this.#all().set(this.#fresh);
  }

  /** A class of levels in which nothing has been coded begins with the weights of the next coarser one in which something has. */
  inherit(levelClass: number): void {
    const { weights, setBytes, counts } = this.addresses;
    const decisions = new Uint32Array(this.#memory.buffer, counts, LEVEL_CLASSES);
    const coarser = decisions.findIndex((count, other) => other > levelClass && count > 0);
    if (decisions[levelClass] !== 0 || coarser < 0) return;
    const sets = new Uint8Array(this.#memory.buffer, weights, setBytes * SETS);
    for (let kind = 0; kind < SETS; kind += LEVEL_CLASSES) {
      const from = setBytes * (kind + coarser);
      sets.copyWithin(setBytes * (kind + levelClass), from, from + setBytes);
    }
  }

  #all(): Uint8Array {
    return new Uint8Array(this.#memory.buffer, this.#start, this.#bytes);
  }
}
