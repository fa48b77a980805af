/** @file Adds the enhancement layer to a field's outputs, at the cells of a lattice. Normative text: formats/loe.md, section 12. */

import { type Enhancement, meanings } from '../field/enhancement.ts';
import { type Cells, pixelPositions, type Span, spanLength, widened } from '../field/grid.ts';
import { tapsAt } from '../field/pyramid.ts';
import { stepOf } from '../field/quantizer.ts';
import type { Size } from '../image/raster.ts';
import { SplineCoefficients } from './spline-coefficients.ts';

/**
 * Clips values of the field to [−1, 1] and adds the layer to them, in place.
 * @param values [rows, columns, outputs]
 * @param columns, rows of a lattice with a whole number of cells per pixel
 */
export type Enhance = (values: Float32Array, columns: Cells, rows: Cells) => void;

const TAPS = 4;

export function enhancer({ stepIndex, planes }: Enhancement, size: Size): Enhance {
  const units = meanings(planes.length);
  const step = stepOf(stepIndex);
  const splines = new SplineCoefficients();
  return (values, columns, rows) => {
    for (let i = 0; i < values.length; i++) values[i] = Math.min(1, Math.max(-1, values[i] as number));
    const [xs, ys] = [pixelPositions(columns, size.width), pixelPositions(rows, size.height)];
    const isNative = columns.count === size.width && rows.count === size.height;
    for (const [k, plane] of planes.entries()) {
      const latents = isNative
        ? new Float32Array(xs.length * ys.length)
        : readBetween(plane, splines, size, xs, ys);
      readPixels(plane, size.width, xs, ys, latents);
      addPlane(values, latents, step, units[k] as Float32Array);
    }
  };
}

/** Every product and every sum is rounded to float32: the stores to arrays of it do so. */
function addPlane(values: Float32Array, latents: Float32Array, step: number, unit: Float32Array): void {
  for (let at = 0, i = 0; i < latents.length; i++) {
    const change = Math.fround((latents[i] as number) * step);
    for (let output = 0; output < unit.length; output++, at++) {
      values[at] = (values[at] as number) + Math.fround(change * (unit[output] as number));
    }
  }
}

/** Writes the latents of those crossings that are pixel centres: [rows, columns]. */
function readPixels(
  plane: Int16Array,
  width: number,
  columns: Float64Array,
  rows: Float64Array,
  latents: Float32Array,
): void {
  const centres = [...columns.keys()].filter((i) => Number.isInteger(columns[i]));
  for (const [row, y] of rows.entries()) {
    if (!Number.isInteger(y)) continue;
    for (const i of centres)
      latents[row * columns.length + i] = plane[y * width + (columns[i] as number)] as number;
  }
}

/** The spline through the latents at crossings of positions: [rows, columns]. Cells of four rows are summed along each, then down. */
function readBetween(
  plane: Int16Array,
  splines: SplineCoefficients,
  size: Size,
  xs: Float64Array,
  ys: Float64Array,
): Float32Array {
  const [columns, rows] = [cellsAround(xs, size.width), cellsAround(ys, size.height)];
  const coefficients = splines.of(plane, size, columns, rows);
  const [across, down] = [spline(xs, columns), spline(ys, rows)];
  const pitch = spanLength(columns);
  const read = new Float32Array(xs.length * ys.length);
  const lines = new Map<number, Float32Array>();
  const lineOf = (row: number): Float32Array => {
    const line = lines.get(row) ?? lineAcross(coefficients, row * pitch, across);
    lines.set(row, line);
    return line;
  };
  for (let i = 0; i < ys.length; i++) {
    const four = Array.from({ length: TAPS }, (_, tap) => lineOf(down.cells[TAPS * i + tap] as number));
    const weights = down.weights.subarray(TAPS * i, TAPS * i + TAPS);
    sumDown(four, weights, read.subarray(xs.length * i, xs.length * (i + 1)));
    forget(lines, down.cells[TAPS * i] as number);
  }
  return read;
}

/** The pixels that splines at rising positions see. */
function cellsAround(positions: Float64Array, count: number): Span {
  const [first, last] = [positions[0] as number, positions.at(-1) as number];
  return widened({ first: Math.floor(first), last: Math.ceil(last) }, TAPS / 2, count);
}

/** Rows above one that is seen are not seen any more, as positions rise. */
function forget(lines: Map<number, Float32Array>, row: number): void {
  for (const key of lines.keys()) if (key < row) lines.delete(key);
}

/** What positions see of some cells: four each, counted from the first of these, with weights as the specification rounds them. */
interface SplineTaps {
  readonly cells: Uint32Array;
  readonly weights: Float32Array;
}

function spline(positions: Float64Array, { first, last }: Span): SplineTaps {
  const cells = new Uint32Array(TAPS * positions.length);
  const weights = new Float32Array(TAPS * positions.length);
  for (const [i, position] of positions.entries()) {
    const taps = tapsAt(position, 0);
    weights.set(taps.weights, TAPS * i);
    for (let tap = 0; tap < TAPS; tap++)
      cells[TAPS * i + tap] = Math.min(last, Math.max(first, taps.first + tap)) - first;
  }
  return { cells, weights };
}

/** A row of cells at all columns. @param first index of the row's first coefficient */
function lineAcross(coefficients: Float32Array, first: number, { cells, weights }: SplineTaps): Float32Array {
  const line = new Float32Array(cells.length / TAPS);
  for (let i = 0, at = 0; i < line.length; i++) {
    let sum = 0;
    for (let tap = 0; tap < TAPS; tap++, at++) {
      const cell = coefficients[first + (cells[at] as number)] as number;
      sum = Math.fround(sum + Math.fround(cell * (weights[at] as number)));
    }
    line[i] = sum;
  }
  return line;
}

function sumDown(lines: readonly Float32Array[], weights: Float32Array, sums: Float32Array): void {
  for (const [tap, line] of lines.entries()) {
    const weight = weights[tap] as number;
    for (let i = 0; i < sums.length; i++) {
      sums[i] = (sums[i] as number) + Math.fround((line[i] as number) * weight);
    }
  }
}
