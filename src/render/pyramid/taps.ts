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
  readonly first: Int32Array;
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
    const mask = 2 ** level - 1;
    const cellOf = (pixel: number) => (period.first[pixel & mask] as number) + (pixel >> level);
    const cells = { first: cellOf(start), last: cellOf(last) + TAPS - 1 };
    const first = new Uint32Array(last - start + 1);
    for (let i = 0; i < first.length; i++) first[i] = cellOf(start + i) - cells.first;
    return { cells, first, weights: repeated(period.weights, TAPS * (start & mask), TAPS * first.length) };
  }
}

/** `length` values of a period that is repeated again and again, from `start` on. */
function repeated(period: Float32Array, start: number, length: number): Float32Array {
  const values = new Float32Array(length);
  const head = period.subarray(start, start + length);
  values.set(head);
  values.set(period.subarray(0, Math.min(start, length - head.length)), head.length);
  for (let done = period.length; done < length; done *= 2) values.copyWithin(done, 0, done);
  return values;
}

function periodOf(shift: number, level: number): Period {
  const taps = Array.from({ length: 2 ** level }, (_, pixel) => tapsAt(pixel + shift, level));
  return {
    first: Int32Array.from(taps, ({ first }) => first),
    weights: Float32Array.from(taps.flatMap(({ weights }) => weights)),
  };
}
