/**
 * @file The segmentation of a picture: a label map of the picture's own size, continued to every position between the
 * pixels, or classes that a pyramid field derives from its own coarse part (`src/render/pyramid/experts.ts`).
 */

import type { Size } from '../image/raster.ts';
import { keysWeights } from './keys.ts';
import { EXPERTS } from './spec.ts';
import type { Thresholds } from './thresholds.ts';

/** The class of each pixel of a picture. */
export interface LabelMap extends Size {
  /** [height, width]: 0 … 3. */
  readonly labels: Uint8Array;
}

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

/** Four neighbouring pixels along an axis and their weights. */
interface Taps {
  /** [count][4]: pixel indices, those beyond an edge replaced by the edge's. */
  readonly indices: Int32Array;
  /** [count][4] */
  readonly weights: Float64Array;
}

const TAPS = 4;

function tapsOf(positions: ArrayLike<number>, count: number): Taps {
  const indices = new Int32Array(TAPS * positions.length);
  const weights = new Float64Array(TAPS * positions.length);
  for (let i = 0; i < positions.length; i++) {
    const pixel = (((positions[i] as number) + 1) * count - 1) / 2;
    const nearest = Math.round(pixel);
    // A pixel's own centre may miss its index by rounding; there the label itself is wanted.
    const exact = Math.abs(pixel - nearest) < 1e-9 * count;
    const base = exact ? nearest : Math.floor(pixel);
    weights.set(exact ? [0, 1, 0, 0] : keysWeights(pixel - base), TAPS * i);
    for (let tap = 0; tap < TAPS; tap++) {
      indices[TAPS * i + tap] = Math.min(count - 1, Math.max(0, base - 1 + tap));
    }
  }
  return { indices, weights };
}

/** Tap tables of the last columns asked for: successive rows of a picture share them. */
const columnTaps = new WeakMap<Float64Array, Taps>();

/** The label map's classes at every crossing of the columns `xs` and the rows `ys`, row by row; see `classesOfRow`. */
export function classesAt(
  map: LabelMap,
  xs: Float64Array,
  ys: Float64Array,
  dominant: number | null = null,
): Uint8Array {
  const classes = new Uint8Array(xs.length * ys.length);
  for (const [row, y] of ys.entries()) classes.set(classesOfRow(map, xs, y, dominant), row * xs.length);
  return classes;
}

/**
 * The classes along a row of positions: the class whose indicator, interpolated by the cubic kernel with replicated
 * edges, is largest, the lowest of equal ones. At pixel centres it is the pixel's label.
 * @param xs in [−1, 1]
 * @param dominant a class that wins wherever the interpolation sees a pixel of it
 */
export function classesOfRow(
  map: LabelMap,
  xs: Float64Array,
  y: number,
  dominant: number | null = null,
): Uint8Array {
  const { width, height, labels } = map;
  const columns = columnTaps.get(xs) ?? tapsOf(xs, width);
  columnTaps.set(xs, columns);
  const rows = tapsOf([y], height);
  const lines = Array.from(rows.indices, (row) => labels.subarray(row * width, (row + 1) * width));
  const sums = new Float64Array(EXPERTS);
  return Uint8Array.from(xs, (_, i) => classAt(lines, rows.weights, columns, TAPS * i, sums, dominant));
}

function classAt(
  lines: readonly Uint8Array[],
  rowWeights: Float64Array,
  columns: Taps,
  first: number,
  sums: Float64Array,
  dominant: number | null,
): number {
  const common = commonLabel(lines, columns.indices, first);
  if (common >= 0) return common;
  sums.fill(0);
  for (let row = 0; row < TAPS; row++) {
    for (let tap = first; tap < first + TAPS; tap++) {
      const label = (lines[row] as Uint8Array)[columns.indices[tap] as number] as number;
      const weight = (rowWeights[row] as number) * (columns.weights[tap] as number);
      if (label === dominant && weight !== 0) return label;
      sums[label] = (sums[label] as number) + weight;
    }
  }
  return sums.indexOf(Math.max(...sums));
}

/** The label that all sixteen neighbours have, or −1. */
function commonLabel(lines: readonly Uint8Array[], indices: Int32Array, first: number): number {
  const label = (lines[0] as Uint8Array)[indices[first] as number] as number;
  for (let row = 0; row < TAPS; row++) {
    const line = lines[row] as Uint8Array;
    for (let tap = first; tap < first + TAPS; tap++) if (line[indices[tap] as number] !== label) return -1;
  }
  return label;
}
