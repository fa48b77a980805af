/** @file Pixel centres as positions, and the samples of a grid of them. */

import { classesOfRow, type Segmentation } from './segmentation.ts';
import { type Samples, selectTuple } from './selectors.ts';
import type { FieldSpec } from './spec.ts';

/** Position of the centre of cell `index` of `count` along an axis: 2(index + ½)/count − 1, in float64. */
export function centre(index: number, count: number): number {
  return (2 * index + 1) / count - 1;
}

/** The positions of cells `start` … `start + length − 1` of `count` along an axis. */
export function centres(start: number, length: number, count: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => centre(start + i, count));
}

/** The samples at every crossing of the columns `xs` and the rows `ys`, row by row. */
export function gridSamples(
  spec: FieldSpec,
  segmentation: Segmentation | null,
  xs: Float64Array,
  ys: Float64Array,
): Samples {
  const coordinates = new Float32Array(2 * xs.length * ys.length);
  const tuples = new Uint32Array(xs.length * ys.length);
  const noClasses = new Uint8Array(xs.length);
  let i = 0;
  for (const y of ys) {
    const classes = segmentation ? classesOfRow(segmentation, xs, y) : noClasses;
    for (let column = 0; column < xs.length; column++, i++) {
      const x = xs[column] as number;
      coordinates[2 * i] = x;
      coordinates[2 * i + 1] = y;
      tuples[i] = selectTuple(spec, x, y, classes[column] as number);
    }
  }
  return { coordinates, tuples };
}
