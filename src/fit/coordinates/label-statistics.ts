/** @file What the labels of a map cost in bits, by statistics of the map itself: an estimate of its coder that is quick to ask. */

import { NEIGHBOURS } from '../../entropy/label-map.ts';
import { EXPERTS } from '../../field/spec.ts';

/** Causal neighbours (dx, dy) of the statistics: the nearest ones. More of them know too well the map that they learn from. */
const CONTEXT = NEIGHBOURS.slice(0, 4);

/** A label is in the contexts of pixels that are so many columns or rows away at most. */
export const CONTEXT_RADIUS = 1;

/** Added to each count: what has not been seen may still come. */
const PRIOR = 0.4;

export class LabelStatistics {
  readonly #labels: Uint8Array;
  readonly #width: number;
  /** Bits of each label in each context. */
  readonly #bits = new Float64Array(EXPERTS ** (CONTEXT.length + 1));

  /** @param labels [height, width]: read whenever bits are asked for */
  constructor(labels: Uint8Array, width: number) {
    this.#labels = labels;
    this.#width = width;
  }

  /** Takes the statistics of the labels as they are. */
  learn(): void {
    const counts = new Float64Array(this.#bits.length).fill(PRIOR);
    const height = this.#labels.length / this.#width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < this.#width; x++) {
        const slot = this.#slot(x, y);
        counts[slot] = (counts[slot] as number) + 1;
      }
    }
    for (let context = 0; context < counts.length; context += EXPERTS) {
      const total = counts.subarray(context, context + EXPERTS).reduce((sum, count) => sum + count, 0);
      for (let slot = context; slot < context + EXPERTS; slot++) {
        this.#bits[slot] = -Math.log2((counts[slot] as number) / total);
      }
    }
  }

  /** Of a pixel's label. */
  bitsAt(x: number, y: number): number {
    return this.#bits[this.#slot(x, y)] as number;
  }

  /** Index of a pixel's label in its context; beyond the edges labels are 0. */
  #slot(x: number, y: number): number {
    const width = this.#width;
    const labels = this.#labels;
    const at = y * width + x;
    let slot = 0;
    if (x >= 1 && y >= 1 && x < width - 1) {
      slot = labels[at - 1] as number;
      slot = 4 * slot + (labels[at - width] as number);
      slot = 4 * slot + (labels[at - width - 1] as number);
      slot = 4 * slot + (labels[at - width + 1] as number);
    } else {
      for (const [dx, dy] of CONTEXT) {
        const inside = x + dx >= 0 && x + dx < width && y + dy >= 0;
        slot = 4 * slot + (inside ? (labels[at + dy * width + dx] as number) : 0);
      }
    }
    return 4 * slot + (labels[at] as number);
  }
}
