/**
 * @file A raster of four classes, coded by context mixing over its causal neighbours. Normative text: formats/loe.md,
 * section 7.
 */

import { allocate } from '../allocate.ts';
import { finish, type Steps } from '../time-slices.ts';
import { HASH_BITS, MODEL, NODES, ORDERS } from './label-model.ts';
import { MixingModel } from './mixing.ts';
import { type BinaryCoder, RangeDecoder, RangeEncoder } from './range-coder.ts';

/** Causal neighbours (dx, dy), nearest first. */
const NEIGHBOURS: readonly (readonly [number, number])[] = [
  [-1, 0], [0, -1], [-1, -1], [1, -1], [-2, 0], [0, -2], [-2, -1], [2, -1],
  [-1, -2], [1, -2], [-3, 0], [0, -3], [-2, -2], [2, -2], [3, -1], [-3, -1],
]; // biome-ignore format: a table

/** Classes at most. */
const CLASSES = 4;

/**
 * @param labels [height, width]: 0 … classes − 1
 * @param classes a label of two takes one decision, else two
 */
export function encodeLabels(
  labels: Uint8Array,
  width: number,
  height: number,
  classes: number = CLASSES,
): Uint8Array {
  const encoder = new RangeEncoder();
  finish(codeLabels(encoder, labels, width, height, classes));
  return encoder.finish();
}

/** @throws LoecError E_FORMAT where the bytes end too early */
export function* decodeLabels(
  bytes: Uint8Array,
  width: number,
  height: number,
  classes: number = CLASSES,
): Steps<Uint8Array> {
  const labels = allocate(() => new Uint8Array(width * height));
  yield* codeLabels(new RangeDecoder(bytes), labels, width, height, classes);
  return labels;
}

/** Labels of a step: a row may be as long as a picture. */
const STEP = 1024;

/** Goes through the labels; a decoder writes them on the way. */
function* codeLabels(
  coder: BinaryCoder,
  labels: Uint8Array,
  width: number,
  height: number,
  classes: number,
): Steps {
  const model = new MixingModel(MODEL);
  const padded = new PaddedRows(width);
  const contexts = new Int32Array(ORDERS.length);
  const decisions = new Int32Array(ORDERS.length);
  const hasHighBit = classes > 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const nearest = padded.contexts(x, contexts);
      const label = codeLabel(
        coder,
        model,
        labels[y * width + x] as number,
        contexts,
        decisions,
        nearest,
        hasHighBit,
      );
      labels[y * width + x] = label;
      padded.set(x, label);
      if ((y * width + x) % STEP === 0) yield;
    }
    padded.nextRow();
  }
}

function codeLabel(
  coder: BinaryCoder,
  model: MixingModel,
  label: number,
  contexts: Int32Array,
  decisions: Int32Array,
  nearest: number,
  hasHighBit: boolean,
): number {
  const decide = (node: number, bit: number): number => {
    for (let i = 0; i < contexts.length; i++) decisions[i] = NODES * (contexts[i] as number) + node;
    return model.code(coder, bit, decisions, NODES * nearest + node);
  };
  const high = hasHighBit ? decide(0, label >> 1) : 0;
  return 2 * high + decide(1 + high, label & 1);
}

/** Columns at each side of a row that repeat its ends. */
const MARGIN = 3;

/** The current row and the three above it, with margins. */
class PaddedRows {
  readonly #width: number;
  readonly #rows: Uint8Array[];

  constructor(width: number) {
    this.#width = width;
    this.#rows = Array.from({ length: 4 }, () => new Uint8Array(width + 2 * MARGIN));
  }

  /** Sets the current row's label; what lies ahead of it is not read. */
  set(x: number, label: number): void {
    const row = this.#rows[0] as Uint8Array;
    row[x + MARGIN] = label;
    if (x === 0) row.fill(label, 0, MARGIN);
    if (x === this.#width - 1) row.fill(label, x + MARGIN + 1);
  }

  nextRow(): void {
    this.#rows.unshift(this.#rows.pop() as Uint8Array);
    const [row, above] = this.#rows as [Uint8Array, Uint8Array];
    // Before the first label of a row, its left neighbours are taken from the row above.
    row.fill(above[MARGIN] as number, 0, MARGIN);
  }

  /** Fills the context of each order, and returns the four nearest neighbours' labels. */
  contexts(x: number, contexts: Int32Array): number {
    let index = 0;
    let hash = 0;
    let order = 0;
    for (let k = 0; k < NEIGHBOURS.length; k++) {
      const [dx, dy] = NEIGHBOURS[k] as readonly [number, number];
      const label = (this.#rows[-dy] as Uint8Array)[x + dx + MARGIN] as number;
      index = (index << 2) | label;
      hash = Math.imul(hash + label + 1, 0x2c1b3c6d) ^ (hash >>> 15);
      if (k + 1 === ORDERS[order]) {
        contexts[order] = 2 * (k + 1) <= HASH_BITS ? index : hash >>> (32 - HASH_BITS);
        order++;
      }
    }
    return (contexts[1] as number) & 255;
  }
}
