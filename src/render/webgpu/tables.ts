/** @file What the shaders of a tile look up: the latents that it sees, with their weights. */

import { allocate } from '../../allocate.ts';
import { spanLength } from '../../field/grid.ts';
import type { TileAxis } from '../pyramid/axis.ts';
import { copyCells, type TilePlane } from '../pyramid/patch.ts';
import { type SplineTaps, TAPS } from '../pyramid/taps.ts';

/** Of each plane what the columns and then the rows see of it. */
export interface FeatureTables {
  /** The patches of cells that are seen, one after the other: [rows, columns] each. */
  readonly cells: Float32Array;
  /** [planes]: cells of a patch's row. */
  readonly pitches: Uint32Array;
  /** [planes][columns and rows]: the first of four cells along the row of a patch, and the start of the first of four rows in `cells`. */
  readonly taps: Uint32Array;
  /** [planes][columns and rows][TAPS] */
  readonly weights: Float32Array;
}

/** @param across, down the tile's, with its halo */
export function featureTables(planes: readonly TilePlane[], across: TileAxis, down: TileAxis): FeatureTables {
  const columns = spanLength(across.pixels);
  const crossed = columns + spanLength(down.pixels);
  const seen = planes.map((plane) => {
    const [x, y] = [tapsOf(plane, across), tapsOf(plane, down)];
    const pitch = spanLength(x.cells);
    return { plane, x, y, pitch, size: pitch * spanLength(y.cells) };
  });
  const tables = {
    cells: allocate(() => new Float32Array(seen.reduce((sum, { size }) => sum + size, 0))),
    pitches: Uint32Array.from(seen, ({ pitch }) => pitch),
    taps: new Uint32Array(planes.length * crossed),
    weights: new Float32Array(TAPS * planes.length * crossed),
  };
  let first = 0;
  for (const [i, { plane, x, y, pitch, size }] of seen.entries()) {
    const [column, row] = [crossed * i, crossed * i + columns];
    if (plane.cells)
      copyCells(plane.cells, x.cells, y.cells, pitch, tables.cells.subarray(first, first + size));
    tables.taps.set(x.first, column);
    tables.taps.set(rowStarts(first, pitch, y), row);
    tables.weights.set(x.weights, TAPS * column);
    tables.weights.set(y.weights, TAPS * row);
    first += size;
  }
  return tables;
}

/** Where the first row of cells that a row of the tile sees begins in `cells`. */
function rowStarts(first: number, pitch: number, { first: rows }: SplineTaps): Uint32Array {
  return rows.map((row) => first + row * pitch);
}

function tapsOf({ level, isDirect }: TilePlane, axis: TileAxis): SplineTaps {
  const seen = axis.tapsAt(level);
  // The second cell is the pixel's own.
  return isDirect ? { ...seen, weights: seen.weights.map((_, i) => Number(i % TAPS === 1)) } : seen;
}
