/** @file What the cells of a phase see of a plane along an axis. */

import type { Span } from '../../field/grid.ts';
import { tapsAt } from '../../field/pyramid.ts';

export const TAPS = 4;

/** Four cells of a plane for each pixel, counted from the first that any of them sees. */
export interface SplineTaps {
  /** The plane's cells, perhaps beyond its edges. */
  readonly cells: Span;
  /** Per pixel the first of four. */
  readonly first: Uint32Array;
  /** [pixels][TAPS] */
  readonly weights: Float32Array;
}

/** Taps repeat after 2^level pixels, a cell further on. */
interface Period {
  /** Per pixel of the first cell, the first cell that it sees. */
  readonly first: readonly number[];
  /** [2^level][TAPS] */
  readonly weights: Float32Array;
}

/** The taps of one phase. */
export class PhaseTaps {
  readonly #shift: number;
  readonly #periods = new Map<number, Period>();

  /** @param shift of the phase, in pixels */
  constructor(shift: number) {
    this.#shift = shift;
  }

  at({ first: start, last }: Span, level: number): SplineTaps {
    const period = this.#periods.get(level) ?? periodOf(this.#shift, level);
    this.#periods.set(level, period);
    const cellOf = (pixel: number) => (period.first[pixel & (2 ** level - 1)] as number) + (pixel >> level);
    const cells = { first: cellOf(start), last: cellOf(last) + TAPS - 1 };
    const count = last - start + 1;
    const first = new Uint32Array(count);
    const weights = new Float32Array(TAPS * count);
    for (let i = 0; i < count; i++) {
      const at = TAPS * ((start + i) & (2 ** level - 1));
      first[i] = cellOf(start + i) - cells.first;
      for (let tap = 0; tap < TAPS; tap++) weights[TAPS * i + tap] = period.weights[at + tap] as number;
    }
    return { cells, first, weights };
  }
}

function periodOf(shift: number, level: number): Period {
  const taps = Array.from({ length: 2 ** level }, (_, pixel) => tapsAt(pixel + shift, level));
  return {
    first: taps.map(({ first }) => first),
    weights: Float32Array.from(taps.flatMap(({ weights }) => weights)),
  };
}
