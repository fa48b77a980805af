/**
 * @file The segmentation of a picture: a label map of the picture's own size, continued to every position between the
 * pixels, or classes that a pyramid field derives from its own coarse part (`src/render/pyramid/experts.ts`).
 */

import {
  commonLabel,
  type IndicatorRow,
  indicatorRow,
  interpolateIndicators,
  isSeen,
  type LabelMap,
  tapsOf,
} from './indicators.ts';
import { EXPERTS } from './spec.ts';
import type { Thresholds } from './thresholds.ts';

/** A label map, which the file holds. */
export interface RasterSegmentation extends LabelMap {
  readonly kind: 'raster';
  /** The three luminances that cut the classes, 0 … 255. */
  readonly thresholds: Thresholds;
}

/** Classes that follow from the latents: only their thresholds are in the file. */
export interface DerivedSegmentation {
  readonly kind: 'derived';
  readonly thresholds: Thresholds;
}

export type Segmentation = RasterSegmentation | DerivedSegmentation;

/** The class of each luminance: how many thresholds it exceeds. */
export function classesOf(luma: Uint8Array, thresholds: Thresholds): Uint8Array {
  const classOf = Uint8Array.from(
    { length: 256 },
    (_, luminance) => thresholds.filter((threshold) => luminance > threshold).length,
  );
  return luma.map((luminance) => classOf[luminance] as number);
}

/** @param luma [height, width] */
export function segment(
  luma: Uint8Array,
  width: number,
  height: number,
  thresholds: Thresholds,
): RasterSegmentation {
  return { kind: 'raster', width, height, thresholds, labels: classesOf(luma, thresholds) };
}

/**
 * The classes at every crossing of the columns `xs` and the rows `ys`, row by row: the class whose indicator (`indicators.ts`) is largest, the lowest
 * of equal ones. At pixel centres it is the pixel's label.
 * @param xs in [−1, 1] @param ys likewise
 * @param dominant a class that wins wherever the interpolation sees a pixel of it
 */
export function classesAt(
  map: LabelMap,
  xs: Float64Array,
  ys: Float64Array,
  dominant: number | null = null,
): Uint8Array {
  const classes = new Uint8Array(xs.length * ys.length);
  const columns = tapsOf(xs, map.width);
  const indicators = new Float64Array(EXPERTS);
  let next = 0;
  for (const y of ys) {
    const row = indicatorRow(map, columns, y);
    for (let i = 0; i < xs.length; i++) classes[next++] = classAt(row, i, indicators, dominant);
  }
  return classes;
}

/** @param indicators room for them */
function classAt(row: IndicatorRow, i: number, indicators: Float64Array, dominant: number | null): number {
  const common = commonLabel(row, i);
  if (common >= 0) return common;
  if (dominant !== null && isSeen(row, i, dominant)) return dominant;
  interpolateIndicators(row, i, indicators);
  return indicators.indexOf(Math.max(...indicators));
}
