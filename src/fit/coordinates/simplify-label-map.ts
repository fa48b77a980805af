/**
 * @file Simplifies a label map by iterated conditional modes (Besag 1986): regions are relabelled one after the other wherever error +
 * λ·bits falls, the bits taken from the map's own context statistics. Blocks go before single pixels, so that specks and ragged borders,
 * which no change of a single pixel removes, are relabelled as a whole.
 */

import { NEIGHBOURS } from '../../entropy/label-map.ts';
import { EXPERTS } from '../../field/spec.ts';
import type { Size } from '../../image/raster.ts';

export interface LabelMapProblem extends Size {
  /** [height, width]: 0 … 3. */
  readonly labels: Uint8Array;
  /** [class][pixel]: squared error if the pixel had that class. */
  readonly errors: readonly Float32Array[];
  /** Squared error that one bit is worth. */
  readonly lambda: number;
}

/** Causal neighbours (dx, dy) of the statistics: the nearest ones. */
const CONTEXT = NEIGHBOURS.slice(0, 6);

/** A label is in the contexts of pixels that are so many columns or rows away at most. */
const CONTEXT_RADIUS = 2;

/** Sides of the blocks of each sweep; the statistics are taken anew before each. */
const SWEEPS = [16, 8, 4, 2, 1, 4, 2, 1, 1] as const;

/** Added to each count: what has not been seen may still come. */
const PRIOR = 0.4;

/** The label map with the least J found: labels [height, width]. */
export function simplifyLabelMap(problem: LabelMapProblem): Uint8Array {
  // From noise no change of a block leads to a uniform label map, though it costs next to no bits.
  const uniform = Array.from({ length: EXPERTS }, (_, label) => {
    return new LabelMap({ ...problem, labels: new Uint8Array(problem.labels.length).fill(label) });
  });
  const candidates = [improved(problem), ...uniform];
  const totals = candidates.map((map) => map.total());
  return (candidates[totals.indexOf(Math.min(...totals))] as LabelMap).labels;
}

function improved(problem: LabelMapProblem): LabelMap {
  const { width, height } = problem;
  const map = new LabelMap(problem);
  for (const side of SWEEPS) {
    map.learn();
    for (let y = 0; y < height; y += side) {
      for (let x = 0; x < width; x += side) map.improve(x, y, side);
    }
  }
  return map;
}

class LabelMap {
  readonly labels: Uint8Array;
  readonly #problem: LabelMapProblem;
  /** Bits of each label in each context, times λ. */
  readonly #costs = new Float64Array(EXPERTS ** (CONTEXT.length + 1));
  readonly #before = new Uint8Array(16 * 16);

  constructor(problem: LabelMapProblem) {
    this.#problem = problem;
    this.labels = problem.labels.slice();
  }

  /** Takes the statistics of the label map as it is. */
  learn(): void {
    const { width, height, lambda } = this.#problem;
    const counts = new Float64Array(this.#costs.length).fill(PRIOR);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const slot = this.#slot(x, y);
        counts[slot] = (counts[slot] as number) + 1;
      }
    }
    for (let context = 0; context < counts.length; context += EXPERTS) {
      const total = counts.subarray(context, context + EXPERTS).reduce((sum, count) => sum + count, 0);
      for (let slot = context; slot < context + EXPERTS; slot++) {
        this.#costs[slot] = -lambda * Math.log2((counts[slot] as number) / total);
      }
    }
  }

  /** J under the map's own statistics. */
  total(): number {
    this.learn();
    return this.#cost(0, 0, this.#problem.width, this.#problem.height);
  }

  /** Gives the block at (x, y) one label if that lowers J. */
  improve(x: number, y: number, side: number): void {
    const { width, height } = this.#problem;
    const right = Math.min(width, x + side);
    const bottom = Math.min(height, y + side);
    const candidates = this.#candidates(x, y, right, bottom);
    if (candidates === 0) return;
    this.#copy(x, y, right, bottom, true);
    let best = -1;
    let bestCost = this.#cost(x, y, right, bottom);
    for (let label = 0; label < EXPERTS; label++) {
      if ((candidates & (1 << label)) === 0) continue;
      this.#fill(x, y, right, bottom, label);
      const cost = this.#cost(x, y, right, bottom);
      if (cost < bestCost) [best, bestCost] = [label, cost];
    }
    if (best >= 0) this.#fill(x, y, right, bottom, best);
    else this.#copy(x, y, right, bottom, false);
  }

  /** Bit set of the labels in and around the block, but for the one that all of it has already. */
  #candidates(x: number, y: number, right: number, bottom: number): number {
    const { width, height } = this.#problem;
    let inside = 0;
    let around = 0;
    for (let row = Math.max(0, y - 1); row < Math.min(height, bottom + 1); row++) {
      for (let column = Math.max(0, x - 1); column < Math.min(width, right + 1); column++) {
        const bit = 1 << (this.labels[row * width + column] as number);
        around |= bit;
        if (row >= y && row < bottom && column >= x && column < right) inside |= bit;
      }
    }
    const uniform = (inside & (inside - 1)) === 0;
    return uniform ? around & ~inside : around;
  }

  #fill(x: number, y: number, right: number, bottom: number, label: number): void {
    const { width } = this.#problem;
    for (let row = y; row < bottom; row++) this.labels.fill(label, row * width + x, row * width + right);
  }

  /** Saves the block's labels, or brings them back. */
  #copy(x: number, y: number, right: number, bottom: number, save: boolean): void {
    const { width } = this.#problem;
    let i = 0;
    for (let at = y * width; at < bottom * width; at += width) {
      for (let column = at + x; column < at + right; column++, i++) {
        if (save) this.#before[i] = this.labels[column] as number;
        else this.labels[column] = this.#before[i] as number;
      }
    }
  }

  /** The part of J that depends on the block's labels: their errors, and the bits of all pixels whose context holds them. */
  #cost(x: number, y: number, right: number, bottom: number): number {
    const { width, height, errors } = this.#problem;
    let sum = 0;
    for (let row = y; row < Math.min(height, bottom + CONTEXT_RADIUS); row++) {
      for (let column = Math.max(0, x - 1); column < Math.min(width, right + CONTEXT_RADIUS); column++) {
        sum += this.#costs[this.#slot(column, row)] as number;
        if (row >= bottom || column < x || column >= right) continue;
        const pixel = row * width + column;
        sum += (errors[this.labels[pixel] as number] as Float32Array)[pixel] as number;
      }
    }
    return sum;
  }

  /** Index of a pixel's label in its context; beyond the edges labels are 0. */
  #slot(x: number, y: number): number {
    const { width } = this.#problem;
    const labels = this.labels;
    const at = y * width + x;
    let slot = 0;
    if (x >= 2 && y >= 2 && x < width - 1) {
      slot = labels[at - 1] as number;
      slot = 4 * slot + (labels[at - width] as number);
      slot = 4 * slot + (labels[at - width - 1] as number);
      slot = 4 * slot + (labels[at - width + 1] as number);
      slot = 4 * slot + (labels[at - 2] as number);
      slot = 4 * slot + (labels[at - 2 * width] as number);
    } else {
      for (const [dx, dy] of CONTEXT) {
        const inside = x + dx >= 0 && x + dx < width && y + dy >= 0;
        slot = 4 * slot + (inside ? (labels[at + dy * width + dx] as number) : 0);
      }
    }
    return 4 * slot + (labels[at] as number);
  }
}
