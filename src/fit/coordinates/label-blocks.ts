/** @file A label map whose blocks are relabelled where error + λ·bits, J, falls. */

import { EXPERTS } from '../../field/spec.ts';
import type { Size } from '../../image/raster.ts';
import { type Block, BorderedLabels } from './bordered-labels.ts';
import { CONTEXT_RADIUS, LabelStatistics } from './label-statistics.ts';

export interface LabelMapProblem extends Size {
  /** [height, width]: 0 … 3. */
  readonly labels: Uint8Array;
  /** [class][pixel]: squared error if the pixel had that class. */
  readonly errors: readonly Float32Array[];
  /** Squared error that one bit is worth. */
  readonly lambda: number;
}

export class LabelBlocks {
  readonly #problem: LabelMapProblem;
  readonly #labels: BorderedLabels;
  readonly #statistics: LabelStatistics;
  /** Labels of a block, row by row, while others are tried. */
  #kept = new Uint8Array(0);

  constructor(problem: LabelMapProblem) {
    this.#problem = problem;
    this.#labels = new BorderedLabels(problem.labels, problem.width, problem.height);
    this.#statistics = new LabelStatistics(this.#labels);
  }

  /** [height, width] */
  get labels(): Uint8Array {
    const labels = new Uint8Array(this.#problem.labels.length);
    this.#labels.read(this.#labels.whole, labels);
    return labels;
  }

  /** J under the map's own statistics. */
  total(): number {
    this.#statistics.learn();
    return this.#cost(this.#labels.whole);
  }

  /**
   * Improves all blocks of a size.
   * @param shift of their grid to the left and up, as a share of a block
   */
  sweep(width: number, height: number, shift: number): void {
    const problem = this.#problem;
    this.#statistics.learn();
    this.#kept = new Uint8Array(width * height);
    for (let top = -Math.floor(shift * height); top < problem.height; top += height) {
      for (let left = -Math.floor(shift * width); left < problem.width; left += width) {
        this.#improve({
          x: Math.max(0, left),
          y: Math.max(0, top),
          right: Math.min(problem.width, left + width),
          bottom: Math.min(problem.height, top + height),
        });
      }
    }
  }

  /** Gives the block one label if that lowers J. */
  #improve(block: Block): void {
    const candidates = this.#candidates(block);
    if (candidates === 0) return;
    this.#labels.read(block, this.#kept);
    let best = -1;
    let bestCost = this.#cost(block);
    for (let label = 0; label < EXPERTS; label++) {
      if ((candidates & (1 << label)) === 0) continue;
      this.#labels.fill(block, label);
      const cost = this.#cost(block);
      if (cost < bestCost) [best, bestCost] = [label, cost];
    }
    if (best >= 0) this.#labels.fill(block, best);
    else this.#labels.write(block, this.#kept);
  }

  /** Bit set of the labels in and around the block, but for the one that all of it has already. */
  #candidates(block: Block): number {
    const { width, height } = this.#problem;
    const inside = this.#labels.labelsIn(block);
    const around = this.#labels.labelsIn({
      x: Math.max(0, block.x - 1),
      y: Math.max(0, block.y - 1),
      right: Math.min(width, block.right + 1),
      bottom: Math.min(height, block.bottom + 1),
    });
    const isUniform = (inside & (inside - 1)) === 0;
    return isUniform ? around & ~inside : around;
  }

  /** The part of J that depends on the block's labels: their errors, and the bits of all pixels whose context holds them. */
  #cost(block: Block): number {
    const { width, height, lambda } = this.#problem;
    const bits = this.#statistics.bits({
      x: Math.max(0, block.x - CONTEXT_RADIUS),
      y: block.y,
      right: Math.min(width, block.right + CONTEXT_RADIUS),
      bottom: Math.min(height, block.bottom + CONTEXT_RADIUS),
    });
    return this.#error(block) + lambda * bits;
  }

  #error({ x, y, right, bottom }: Block): number {
    const { width, errors } = this.#problem;
    const { data } = this.#labels;
    let sum = 0;
    for (let row = y; row < bottom; row++) {
      const start = this.#labels.at(0, row);
      for (let column = x; column < right; column++) {
        const ofLabel = errors[data[start + column] as number] as Float32Array;
        sum += ofLabel[row * width + column] as number;
      }
    }
    return sum;
  }
}
