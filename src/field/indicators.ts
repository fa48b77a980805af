/**
 * @file The indicators of a label map's classes, 1 where a pixel has the class and 0 elsewhere, between the pixels: interpolated by Keys' cubic
 * kernel, with replicated edges.
 */

import type { Size } from '../image/raster.ts';
import { keysWeights } from './keys.ts';

/** The class of each pixel of a picture. */
export interface LabelMap extends Size {
  /** [height, width]: 0 … 3. */
  readonly labels: Uint8Array;
}

/** Neighbouring pixels along an axis that a position is interpolated from. */
export const TAPS = 4;

/** Four neighbouring pixels along an axis and their weights, for each position. */
export interface Taps {
  /** [count][4]: pixel indices, those beyond an edge replaced by the edge's. */
  readonly indices: Int32Array;
  /** [count][4] */
  readonly weights: Float64Array;
}

/** @param positions in [−1, 1] @param count pixels of the axis */
export function tapsOf(positions: ArrayLike<number>, count: number): Taps {
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

/** What the indicators along a row of positions are interpolated from. */
export interface IndicatorRow {
  /** The labels of its four rows of pixels. */
  readonly lines: readonly Uint8Array[];
  /** [4] */
  readonly lineWeights: Float64Array;
  readonly columns: Taps;
}

/** @param columns of the row's positions */
export function indicatorRow({ width, height, labels }: LabelMap, columns: Taps, y: number): IndicatorRow {
  const rows = tapsOf([y], height);
  const lines = Array.from(rows.indices, (row) => labels.subarray(row * width, (row + 1) * width));
  return { lines, lineWeights: rows.weights, columns };
}

/** The label that all sixteen pixels around position `i` of the row have, or −1. */
export function commonLabel({ lines, columns: { indices } }: IndicatorRow, i: number): number {
  const first = TAPS * i;
  const label = (lines[0] as Uint8Array)[indices[first] as number] as number;
  for (let row = 0; row < TAPS; row++) {
    const line = lines[row] as Uint8Array;
    for (let tap = first; tap < first + TAPS; tap++) if (line[indices[tap] as number] !== label) return -1;
  }
  return label;
}

/** Whether position `i` of the row is interpolated from a pixel of a class. */
export function isSeen({ lines, lineWeights, columns }: IndicatorRow, i: number, label: number): boolean {
  for (let row = 0; row < TAPS; row++) {
    for (let tap = TAPS * i; tap < TAPS * (i + 1); tap++) {
      if ((lines[row] as Uint8Array)[columns.indices[tap] as number] !== label) continue;
      if ((lineWeights[row] as number) * (columns.weights[tap] as number) !== 0) return true;
    }
  }
  return false;
}

/** Writes the indicator of each class at position `i` of the row: [classes]. */
export function interpolateIndicators(
  { lines, lineWeights, columns }: IndicatorRow,
  i: number,
  indicators: Float64Array,
): void {
  indicators.fill(0);
  for (let row = 0; row < TAPS; row++) {
    for (let tap = TAPS * i; tap < TAPS * (i + 1); tap++) {
      const label = (lines[row] as Uint8Array)[columns.indices[tap] as number] as number;
      const weight = (lineWeights[row] as number) * (columns.weights[tap] as number);
      indicators[label] = (indicators[label] as number) + weight;
    }
  }
}
