/** @file A label as it is: its bits from the top, which are a path through the tree of colours, each predicted by what is around the pixel. */

import { squash } from '../logistic.ts';
import type { BinaryCoder } from '../range-coder.ts';
import { freshCounters, inputOf, learnBit } from './counters.ts';
import { mixed, placeOf } from './hash.ts';
import { Mixer } from './mixer.ts';
import type { Neighbourhood } from './neighbourhood.ts';
import { bitsFor, NODE_CONTEXTS as CONTEXTS, treeTableBits } from './tables.ts';

/** Bits of a neighbour's label that the coarse context sees. */
const COARSE_BITS = 4;

const FIRST_WEIGHT = 3 / 16;
const DEPTH_RATE = 8;
const NODE_RATE = 16;

export class LabelTree {
  readonly #depth: number;
  readonly #bits: number;
  /** [CONTEXTS, 2^bits] */
  readonly #counters: Int32Array;
  readonly #contexts = new Int32Array(CONTEXTS);
  readonly #places = new Int32Array(CONTEXTS);
  readonly #inputs = new Int32Array(CONTEXTS);
  readonly #byDepth: Mixer;
  readonly #byNode: Mixer;

  constructor(pixels: number, colours: number) {
    this.#depth = bitsFor(colours);
    this.#bits = treeTableBits(pixels);
    this.#counters = freshCounters(CONTEXTS * 2 ** this.#bits);
    this.#byDepth = new Mixer(this.#inputs, this.#depth, FIRST_WEIGHT);
    this.#byNode = new Mixer(this.#inputs, 2 ** this.#depth, FIRST_WEIGHT);
  }

  /** @returns the label, which may be more than there are colours in damaged data */
  code(coder: BinaryCoder, label: number, neighbourhood: Neighbourhood): number {
    this.#hashContexts(neighbourhood.labels);
    let node = 1;
    for (let depth = 0; depth < this.#depth; depth++) {
      const bit = (label >> (this.#depth - 1 - depth)) & 1;
      node = 2 * node + this.#codeBit(coder, bit, node, depth);
    }
    return node - 2 ** this.#depth;
  }

  #hashContexts(labels: Int32Array): void {
    const [w, n, nw, ne, ww] = labels as unknown as [number, number, number, number, number];
    const coarse = Math.max(0, this.#depth - COARSE_BITS);
    const contexts = this.#contexts;
    contexts[0] = 0;
    contexts[1] = mixed(1, w);
    contexts[2] = mixed(2, n);
    contexts[3] = mixed(3, ne);
    contexts[4] = mixed(mixed(4, w), n);
    contexts[5] = mixed(mixed(5, w), ne);
    contexts[6] = mixed(mixed(mixed(6, w), n), ne);
    contexts[7] = mixed(mixed(mixed(mixed(7, w >> coarse), n >> coarse), ne >> coarse), nw >> coarse);
    contexts[8] = mixed(mixed(8, w), ww);
  }

  #codeBit(coder: BinaryCoder, bit: number, node: number, depth: number): number {
    for (let i = 0; i < CONTEXTS; i++) {
      const place = (i << this.#bits) + placeOf(mixed(this.#contexts[i] as number, node), this.#bits);
      this.#places[i] = place;
      this.#inputs[i] = inputOf(this.#counters[place] as number);
    }
    const coded = coder.code(bit, squash((this.#byDepth.mix(depth) + this.#byNode.mix(node)) >> 1));
    this.#byDepth.learn(coded, DEPTH_RATE);
    this.#byNode.learn(coded, NODE_RATE);
    for (let i = 0; i < CONTEXTS; i++) learnBit(this.#counters, this.#places[i] as number, coded);
    return coded;
  }
}
