/** @file A label map whose blocks are relabelled where error + λ·bits, J, falls. */

import { EXPERTS } from '../../field/spec.ts';
import type { Size } from '../../image/raster.ts';
import { CONTEXT_RADIUS, LabelStatistics } from './label-statistics.ts';

export interface LabelMapProblem extends Size {
  /** [height, width]: 0 … 3. */
  readonly labels: Uint8Array;
  /** [class][pixel]: squared error if the pixel had that class. */
  readonly errors: readonly Float32Array[];
  /** Squared error that one bit is worth. */
  readonly lambda: number;
}

/** Pixels x … right − 1 of the rows y … bottom − 1. */
interface Block {
  readonly x: number;
  readonly y: number;
  readonly right: number;
  readonly bottom: number;
}

export class LabelBlocks {
  readonly labels: Uint8Array;
  readonly #problem: LabelMapProblem;
  readonly #statistics: LabelStatistics;

  constructor(problem: LabelMapProblem) {
    this.#problem = problem;
    this.labels = problem.labels.slice();
    this.#statistics = new LabelStatistics(this.labels, problem.width);
  }

  /** J under the map's own statistics. */
  total(): number {
    const { width, height } = this.#problem;
    this.#statistics.learn();
    return this.#cost({ x: 0, y: 0, right: width, bottom: height });
  }

  /**
   * Improves all blocks of a size.
   * @param shift of their grid to the left and up, as a share of a block
   */
  sweep(width: number, height: number, shift: number): void {
    const problem = this.#problem;
    this.#statistics.learn();
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
    const before = this.#read(block);
    let best = -1;
    let bestCost = this.#cost(block);
    for (let label = 0; label < EXPERTS; label++) {
      if ((candidates & (1 << label)) === 0) continue;
      this.#fill(block, label);
      const cost = this.#cost(block);
      if (cost < bestCost) [best, bestCost] = [label, cost];
    }
    if (best >= 0) this.#fill(block, best);
    else this.#write(block, before);
  }

  /** Bit set of the labels in and around the block, but for the one that all of it has already. */
  #candidates({ x, y, right, bottom }: Block): number {
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

  #fill({ x, y, right, bottom }: Block, label: number): void {
    const { width } = this.#problem;
    for (let row = y; row < bottom; row++) this.labels.fill(label, row * width + x, row * width + right);
  }

  /** The block's labels, row by row. */
  #read({ x, y, right, bottom }: Block): Uint8Array[] {
    const { width } = this.#problem;
    return Array.from({ length: bottom - y }, (_, i) =>
      this.labels.slice((y + i) * width + x, (y + i) * width + right),
    );
  }

  #write({ x, y }: Block, rows: readonly Uint8Array[]): void {
    for (const [i, row] of rows.entries()) this.labels.set(row, (y + i) * this.#problem.width + x);
  }

  /** The part of J that depends on the block's labels: their errors, and the bits of all pixels whose context holds them. */
  #cost({ x, y, right, bottom }: Block): number {
    const { width, height, errors, lambda } = this.#problem;
    let error = 0;
    let bits = 0;
    for (let row = y; row < Math.min(height, bottom + CONTEXT_RADIUS); row++) {
      for (
        let column = Math.max(0, x - CONTEXT_RADIUS);
        column < Math.min(width, right + CONTEXT_RADIUS);
        column++
      ) {
        bits += this.#statistics.bitsAt(column, row);
        if (row >= bottom || column < x || column >= right) continue;
        const pixel = row * width + column;
        error += (errors[this.labels[pixel] as number] as Float32Array)[pixel] as number;
      }
    }
    return error + lambda * bits;
  }
}
