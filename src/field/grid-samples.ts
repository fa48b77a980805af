/** @file The experts at a grid of positions, and its samples. */

import { classesAt, type RasterSegmentation } from './segmentation.ts';
import { type Samples, selectTuple } from './selectors.ts';
import type { FieldSpec } from './spec.ts';

/** The samples at every crossing of the columns `xs` and the rows `ys`, row by row. */
export function gridSamples(
  spec: FieldSpec,
  segmentation: RasterSegmentation | null,
  xs: Float64Array,
  ys: Float64Array,
): Samples {
  const coordinates = new Float32Array(2 * xs.length * ys.length);
  let next = 0;
  for (const y of ys) {
    for (const x of xs) {
      coordinates[next++] = x;
      coordinates[next++] = y;
    }
  }
  const classes = segmentation && classesAt(segmentation, xs, ys);
  return { coordinates, tuples: gridTuples(spec, classes, xs, ys) };
}

/**
 * The experts at every crossing, row by row.
 * @param classes [ys, xs]; null where no layer is selected by the segmentation
 */
export function gridTuples(
  spec: FieldSpec,
  classes: Uint8Array | null,
  xs: Float64Array,
  ys: Float64Array,
): Uint32Array {
  const tuples = new Uint32Array(xs.length * ys.length);
  let next = 0;
  for (const y of ys) {
    for (const x of xs) {
      tuples[next] = selectTuple(spec, x, y, classes ? (classes[next] as number) : 0);
      next++;
    }
  }
  return tuples;
}
