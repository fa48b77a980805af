/** @file What a thread works in. */

import { align } from '../../../wasm/kernels/vector';
import { CHECKED, workIn } from '../../../wasm/kernels/checks';
import { BLOCK, bytesOf, Ring } from './blur';
import { Comparison } from './comparison';
import { Problem } from './problem';

/** Rows of the picture's width, with fillers. */
const ROWS: u32 = 5;

@unmanaged
export class Thread {
  /** Comparison [components], and Ring [components][2]. Without rows: those of components that are not compared at 1:1, but for the first. */
  comparisons: usize;
  rings: usize;
  /** f32 [ROWS] */
  rows: usize;
  rowBytes: usize;
  /** What is laid out lies from `start` to `end` − 1. */
  start: usize;
  end: usize;

  /** Lays everything out from `area` on, a multiple of 64. @returns the first byte after it */
  layOut(problem: Problem, area: usize): usize {
    this.start = area;
    this.rows = area;
    // Halving reads a block beyond the end of a row.
    this.rowBytes = bytesOf(problem.width) + BLOCK;
    area = align(area + this.rowBytes * ROWS);
    for (let component: u32 = 0; component < problem.components; component++) {
      if (component && !problem.scale(component, 0).isCompared) continue;
      const rings = this.rings + 2 * offsetof<Ring>() * component;
      area = align(this.comparison(component).layOut(problem, rings, area));
    }
    this.end = area;
    return area;
  }

  open(): void {
    if (CHECKED) workIn(this.start, this.end);
  }

  @inline comparison(component: u32): Comparison {
    return changetype<Comparison>(this.comparisons + offsetof<Comparison>() * component);
  }
  @inline row(index: u32): usize {
    if (CHECKED) assert(index < ROWS, 'no such row of a thread');
    return this.rows + this.rowBytes * index;
  }
}
