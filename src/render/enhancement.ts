/** @file Adds the enhancement layer to a field's outputs, at any positions. Normative text: formats/loe.md, section 12. */

import { type Enhancement, meanings } from '../field/enhancement.ts';
import { axisTaps } from '../field/pyramid.ts';
import { stepOf } from '../field/quantizer.ts';
import { splineCoefficients } from '../field/spline.ts';
import type { Size } from '../image/raster.ts';
import type { TimeSlices } from '../time-slices.ts';

/**
 * Clips values of the field to [−1, 1] and adds the layer to them, in place.
 * @param values [rows, columns, outputs]
 * @param columns, rows pixel positions
 */
export type Enhance = (values: Float32Array, columns: Float64Array, rows: Float64Array) => void;

const TAPS = 4;

/**
 * @param isNative whether all positions will be pixel centres
 * @throws LoecError E_LIMIT or E_ABORTED
 */
export async function enhancer(
  { stepIndex, planes }: Enhancement,
  { width, height }: Size,
  isNative: boolean,
  slices: TimeSlices,
): Promise<Enhance> {
  const coefficients: (Float32Array | null)[] = [];
  for (const plane of planes) {
    coefficients.push(isNative ? null : await slices.take(splineCoefficients(plane, width, height)));
  }
  const units = meanings(planes.length);
  const step = stepOf(stepIndex);
  return (values, columns, rows) => {
    for (let i = 0; i < values.length; i++) values[i] = Math.min(1, Math.max(-1, values[i] as number));
    const axes = isNative ? null : { across: spline(columns, width), down: spline(rows, height) };
    for (const [k, plane] of planes.entries()) {
      const latents = axes
        ? readBetween(coefficients[k] as Float32Array, width, axes.across, axes.down)
        : new Float32Array(columns.length * rows.length);
      readPixels(plane, width, columns, rows, latents);
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

/** The spline of these coefficients at positions: [rows, columns]. Cells of four rows are summed along each, then down. */
function readBetween(
  coefficients: Float32Array,
  width: number,
  across: SplineTaps,
  down: SplineTaps,
): Float32Array {
  const [columns, rows] = [across.cells.length / TAPS, down.cells.length / TAPS];
  const read = new Float32Array(columns * rows);
  const lines = new Map<number, Float32Array>();
  const lineOf = (row: number): Float32Array => {
    const line = lines.get(row) ?? lineAcross(coefficients, row * width, across);
    lines.set(row, line);
    return line;
  };
  for (let i = 0; i < rows; i++) {
    const four = Array.from({ length: TAPS }, (_, tap) => lineOf(down.cells[TAPS * i + tap] as number));
    const weights = down.weights.subarray(TAPS * i, TAPS * i + TAPS);
    sumDown(four, weights, read.subarray(columns * i, columns * (i + 1)));
    forget(lines, down.cells[TAPS * i] as number);
  }
  return read;
}

/** Rows above one that is seen are not seen any more, as positions rise. */
function forget(lines: Map<number, Float32Array>, row: number): void {
  for (const key of lines.keys()) if (key < row) lines.delete(key);
}

/** Taps of an axis with weights as the specification rounds them. */
interface SplineTaps {
  readonly cells: Uint32Array;
  readonly weights: Float32Array;
}

function spline(positions: Float64Array, count: number): SplineTaps {
  const { cells, weights } = axisTaps(positions, 0, count);
  return { cells, weights: Float32Array.from(weights) };
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
