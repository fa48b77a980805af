/** @file An axis of tiles. What its cells see of planes is worked out once for all tiles along it. */

import { type Span, spanLength } from '../../field/grid.ts';
import { roundUp } from '../../wasm/pages.ts';
import type { PhaseCells } from './phases.ts';
import { PhaseTaps, type SplineTaps, TAPS } from './taps.ts';

/** Columns of a row are filled up to a multiple of this. */
export const COLUMN_QUANTUM = 8;

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** What the columns of a tile see of a plane, with fillers. */
export interface ColumnTaps extends Pick<SplineTaps, 'cells'> {
  /** [columns]: bytes from the first cell that any of them sees to the first of four. */
  readonly offsets: Uint32Array;
  /** [columns][TAPS] */
  readonly weights: Float32Array;
}

export class TileAxis {
  /** The pixels whose cells they are. */
  readonly pixels: Span;
  readonly #taps: PhaseTaps;
  readonly #seen = new Map<number, SplineTaps>();
  readonly #columns = new Map<number, ColumnTaps>();

  constructor(pixels: Span, taps: PhaseTaps) {
    this.pixels = pixels;
    this.#taps = taps;
  }

  /** Its cells as columns of tiles, with fillers. */
  get columns(): number {
    return roundUp(spanLength(this.pixels), COLUMN_QUANTUM);
  }

  tapsAt(level: number): SplineTaps {
    return known(this.#seen, level, () => this.#taps.at(this.pixels, level));
  }

  /** Fillers see the first cell. */
  columnTapsAt(level: number): ColumnTaps {
    return known(this.#columns, level, () => {
      const { cells, first, weights } = this.tapsAt(level);
      const offsets = new Uint32Array(this.columns);
      for (const [i, cell] of first.entries()) offsets[i] = FLOAT * cell;
      const filled = new Float32Array(TAPS * this.columns);
      filled.set(weights);
      return { cells, offsets, weights: filled };
    });
  }
}

/** Axes that are kept: twice those of a picture of eight phases along each. They take some 80 kB at most. */
const MOST_KEPT = 32;

/** The axes of tiles, the latest of which are kept: neighbours have the same columns, or the same rows. */
export class TileAxes {
  /** By shift. */
  readonly #phases = new Map<number, PhaseTaps>();
  readonly #axes = new Map<string, TileAxis>();

  of({ pixels, shift }: PhaseCells): TileAxis {
    if (this.#axes.size >= MOST_KEPT) this.#axes.clear();
    return known(this.#axes, `${shift} ${pixels.first} ${pixels.last}`, () => {
      return new TileAxis(
        pixels,
        known(this.#phases, shift, () => new PhaseTaps(shift)),
      );
    });
  }
}

function known<Key, Value extends object>(values: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = values.get(key) ?? make();
  values.set(key, value);
  return value;
}
