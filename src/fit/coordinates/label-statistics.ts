/** @file What the labels of a map cost in bits, by statistics of the map itself: an estimate of its coder that is quick to ask. */

import { EXPERTS } from '../../field/spec.ts';
import type { Block, BorderedLabels } from './bordered-labels.ts';

/**
 * A label's context: those of the pixels to the left, above, above to the left and above to the right. More of them know too well the map that
 * they learn from.
 */
const CONTEXT_LABELS = 4;

/** A label is in the contexts of pixels that are so many columns or rows away at most. */
export const CONTEXT_RADIUS = 1;

/** Added to each count: what has not been seen may still come. */
const PRIOR = 0.4;

export class LabelStatistics {
  readonly #labels: BorderedLabels;
  /** Bits of each label in each context. */
  readonly #bits = new Float64Array(EXPERTS ** (CONTEXT_LABELS + 1));

  /** @param labels read whenever bits are asked for; beyond the edges they are 0 */
  constructor(labels: BorderedLabels) {
    this.#labels = labels;
  }

  /** Takes the statistics of the labels as they are. */
  learn(): void {
    const labels = this.#labels;
    const counts = new Float64Array(this.#bits.length).fill(PRIOR);
    for (let y = 0; y < labels.height; y++) {
      const start = labels.at(0, y);
      for (let at = start; at < start + labels.width; at++) {
        const slot = slotAt(labels.data, at, labels.stride);
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

  /** Of the block's labels. */
  bits({ x, y, right, bottom }: Block): number {
    const { data, stride } = this.#labels;
    const bits = this.#bits;
    let sum = 0;
    for (let row = y; row < bottom; row++) {
      const end = this.#labels.at(right, row);
      for (let at = this.#labels.at(x, row); at < end; at++) {
        sum += bits[slotAt(data, at, stride)] as number;
      }
    }
    return sum;
  }
}

/** Index of a label in its context. */
function slotAt(data: Uint8Array, at: number, stride: number): number {
  const left = data[at - 1] as number;
  const above = data[at - stride] as number;
  const aboveLeft = data[at - stride - 1] as number;
  const aboveRight = data[at - stride + 1] as number;
  return (
    (((left * EXPERTS + above) * EXPERTS + aboveLeft) * EXPERTS + aboveRight) * EXPERTS + (data[at] as number)
  );
}
