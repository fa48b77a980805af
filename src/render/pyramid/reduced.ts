/**
 * @file A picture at a 2^level-th of its size, from the means of its latents: the field is evaluated at cells of 2^level pixels. The
 * outputs are not the means of the picture's, as layers are not linear; so cells are to be a quarter of an output's pixel or less
 * (docs/experiments.md, "Small pictures").
 */

import { allocate } from '../../allocate.ts';
import type { FieldPart, Model, Plane } from '../../field/model.ts';
import { cellCount } from '../../field/pyramid.ts';
import type { Steps } from '../../time-slices.ts';
import type { FieldModel, PlaneValues } from './planes.ts';

/** What an evaluator of the smaller picture takes. */
export interface ReducedField {
  readonly model: FieldModel;
  readonly parameters: Float32Array;
  readonly latents: PlaneValues;
}

/** @param latents null for planes that were not read */
export function* reducedField(
  model: Model,
  parameters: Float32Array,
  latents: PlaneValues,
  level: number,
): Steps<ReducedField> {
  const size = { width: cellCount(model.width, level), height: cellCount(model.height, level) };
  const planes = model.planes.map((plane): Plane => {
    if (plane.level >= level) return { ...plane, level: plane.level - level };
    return { ...plane, ...size, level: 0, reading: 'direct' };
  });
  const means: (Int16Array | Float32Array | null)[] = [...latents];
  for (const [i, plane] of model.planes.entries()) {
    const values = means[i];
    if (values && plane.level < level) means[i] = yield* meansOf(values, plane, 2 ** (level - plane.level));
  }
  return {
    model: { ...model, ...size, planes },
    parameters: withReducedFilters(model.field, parameters, level),
    latents: means,
  };
}

/** Means over side × side cells; those beyond an edge are the edge's. */
function* meansOf(values: Int16Array | Float32Array, plane: Plane, side: number): Steps<Float32Array> {
  const { width, height } = plane;
  const [columns, rows] = [Math.ceil(width / side), Math.ceil(height / side)];
  const means = allocate(() => new Float32Array(columns * rows));
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    for (let y = row * side; y < (row + 1) * side; y++) {
      const start = Math.min(height - 1, y) * width;
      for (let column = 0; column < columns; column++) {
        let sum = sums[column] as number;
        for (let x = column * side; x < (column + 1) * side; x++)
          sum += values[start + Math.min(width - 1, x)] as number;
        sums[column] = sum;
      }
    }
    for (let column = 0; column < columns; column++)
      means[row * columns + column] = (sums[column] as number) / (side * side);
    yield;
  }
  return means;
}

/** A filter's taps are a pixel apart, which is a part of a cell: the value there is that of the parabola through three cells. */
function withReducedFilters({ filters }: FieldPart, parameters: Float32Array, level: number): Float32Array {
  const a = 2 ** -level;
  const near = (a * (1 + a)) / 2;
  const far = (a * (a - 1)) / 2;
  /** [tap][cell] */
  const parts = [
    [near, 1 - a * a, far],
    [0, 1, 0],
    [far, 1 - a * a, near],
  ];
  const reduced = parameters.slice();
  for (const { weight } of filters) {
    for (let at = weight.offset; at < weight.offset + weight.length; at += 9) {
      for (let cell = 0; cell < 9; cell++) {
        let sum = 0;
        for (let tap = 0; tap < 9; tap++) {
          const down = parts[Math.floor(tap / 3)]?.[Math.floor(cell / 3)] as number;
          const across = parts[tap % 3]?.[cell % 3] as number;
          sum += (parameters[at + tap] as number) * (down * across);
        }
        reduced[at + cell] = sum;
      }
    }
  }
  return reduced;
}
