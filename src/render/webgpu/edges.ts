/**
 * @file Cells near the picture's edges. Filters see there, beyond the centres of an edge's pixels, what is at these centres. A phase of a
 * lattice with several cells per pixel has no cells at them, and shaders see one phase at a time: such cells, which are few, are the exact evaluator's.
 */

import { type Cells, spanLength } from '../../field/grid.ts';
import { runsOf } from '../pyramid/phases.ts';

/** Cells along a strip that are evaluated together: they take milliseconds. */
const RUN = 512;

/** Crossings of columns and rows of lattices. */
export interface Region {
  readonly columns: Cells;
  readonly rows: Cells;
}

/** The parts of a region from which filters see beyond the centres of pixels at the edges; corners are in two of them. */
export function* edgeStrips(
  { columns, rows }: Region,
  picture: { readonly width: number; readonly height: number },
  filters: number,
): Generator<Region> {
  for (const strip of stripsOf(columns, picture.width, filters)) {
    for (const run of cellRuns(rows)) yield { columns: strip, rows: run };
  }
  for (const strip of stripsOf(rows, picture.height, filters)) {
    for (const run of cellRuns(columns)) yield { columns: run, rows: strip };
  }
}

/** Along an axis, the cells that are less than a pixel for each filter from the centre of the first pixel, or beyond it, and so at the last. */
function stripsOf(cells: Cells, pixels: number, filters: number): Cells[] {
  const { start, length, count } = cells;
  const multiple = count / pixels;
  if (multiple === 1 || filters === 0) return [];
  // Cell i is at (i + ½)/multiple − ½.
  const reach = Math.ceil(multiple * (filters + 0.5) - 0.5);
  const between = (from: number, to: number): Cells => {
    const first = Math.max(start, from);
    return { start: first, length: Math.min(start + length, to) - first, count };
  };
  return [between(0, reach), between(count - reach, count)].filter((strip) => strip.length > 0);
}

function* cellRuns({ start, length, count }: Cells): Generator<Cells> {
  for (const run of runsOf({ first: start, last: start + length - 1 }, RUN)) {
    yield { start: run.first, length: spanLength(run), count };
  }
}
