/**
 * @file A field with filters is evaluated at *lattices* of a whole number of cells per pixel, where filters see cells of the same lattice.
 * What lies between their cells is interpolated by Lanczos-3, along rows and then along columns. Normative text: formats/loe.md, section 8.
 */

import { type Cells, pixelPositions } from '../../field/grid.ts';
import { LANCZOS_RADIUS, lanczos3 } from '../../image/lanczos.ts';

export const LATTICE_TAPS = 2 * LANCZOS_RADIUS;

/** The lattice along an axis. */
export interface LatticeAxis {
  /** Pixels of the picture. */
  readonly pixels: number;
  /** Cells of the lattice. */
  readonly count: number;
  /** Cells per pixel: 1, 2, 3 …, or a part of 1. */
  readonly density: number;
}

/** Values at the crossings of cells: [rows, columns, values]. Perhaps a view that is valid until the next call. A promise where a GPU evaluates. */
export type Evaluate = (columns: Cells, rows: Cells) => Float32Array | Promise<Float32Array>;

/** The evaluation at the crossings of any cells, from that at those of a lattice. @param count values of a crossing */
export function betweenCells(
  evaluate: Evaluate,
  across: LatticeAxis,
  down: LatticeAxis,
  count: number,
): Evaluate {
  return async (columns, rows) => {
    const [x, y] = [tapsOf(columns, across), tapsOf(rows, down)];
    const values = await evaluate(x?.cells ?? columns, y?.cells ?? rows);
    const narrowed = x ? alongRows(values, x, count) : values;
    return y ? alongColumns(narrowed, y) : narrowed;
  };
}

/** What some cells see of a lattice. */
interface Taps {
  /** Those of the lattice that any of them sees. */
  readonly cells: Cells;
  /** [cells][LATTICE_TAPS]: their indices among these. */
  readonly indices: Int32Array;
  /** [cells][LATTICE_TAPS], of sum 1. */
  readonly weights: Float64Array;
}

/** null where they are cells of the lattice. */
function tapsOf(cells: Cells, { pixels, count, density }: LatticeAxis): Taps | null {
  if (cells.count === count) return null;
  const indices = new Int32Array(LATTICE_TAPS * cells.length);
  const weights = new Float64Array(LATTICE_TAPS * cells.length);
  for (const [i, position] of pixelPositions(cells, pixels).entries()) {
    const place = (position + 0.5) * density - 0.5;
    const first = Math.floor(place) + 1 - LANCZOS_RADIUS;
    const row = weights.subarray(LATTICE_TAPS * i, LATTICE_TAPS * (i + 1));
    for (let tap = 0; tap < LATTICE_TAPS; tap++) {
      row[tap] = lanczos3(Math.abs(first + tap - place));
      indices[LATTICE_TAPS * i + tap] = Math.min(count - 1, Math.max(0, first + tap));
    }
    const sum = row.reduce((total, weight) => total + weight, 0);
    for (let tap = 0; tap < LATTICE_TAPS; tap++) row[tap] = (row[tap] as number) / sum;
  }
  const start = indices[0] as number;
  const length = (indices.at(-1) as number) + 1 - start;
  return { cells: { start, length, count }, indices: indices.map((index) => index - start), weights };
}

/** [rows, lattice, count] to [rows, cells, count]. */
function alongRows(values: Float32Array, { cells, indices, weights }: Taps, count: number): Float32Array {
  const run = cells.length * count;
  const rows = values.length / run;
  const columns = indices.length / LATTICE_TAPS;
  const result = new Float32Array(rows * columns * count);
  for (let row = 0, next = 0; row < rows; row++) {
    for (let at = 0; at < indices.length; at += LATTICE_TAPS) {
      for (let value = 0; value < count; value++, next++) {
        let sum = 0;
        for (let tap = at; tap < at + LATTICE_TAPS; tap++) {
          const from = row * run + (indices[tap] as number) * count + value;
          sum += (weights[tap] as number) * (values[from] as number);
        }
        result[next] = sum;
      }
    }
  }
  return result;
}

/** [lattice, run] to [cells, run]. */
function alongColumns(values: Float32Array, { cells, indices, weights }: Taps): Float32Array {
  const run = values.length / cells.length;
  const result = new Float32Array((indices.length / LATTICE_TAPS) * run);
  const sums = new Float64Array(run);
  for (let at = 0, next = 0; at < indices.length; at += LATTICE_TAPS, next += run) {
    sums.fill(0);
    for (let tap = at; tap < at + LATTICE_TAPS; tap++) {
      const weight = weights[tap] as number;
      const from = (indices[tap] as number) * run;
      for (let i = 0; i < run; i++) sums[i] = (sums[i] as number) + weight * (values[from + i] as number);
    }
    result.set(sums, next);
  }
  return result;
}
