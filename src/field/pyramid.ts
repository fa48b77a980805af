/**
 * @file Latent planes: grids of integers at 1/1, 1/2, 1/4 … of the picture's resolution, read at any position. A plane of level l
 * is ⌈W/2ˡ⌉ × ⌈H/2ˡ⌉; its cell i covers the pixels i·2ˡ … (i + 1)·2ˡ − 1 and has its centre at (i + ½)·2ˡ − ½.
 *
 * Interpolation is separable. Planes that are read by the spline are coefficients of a cubic B-spline: the value at u = f + t, f
 * whole and 0 ≤ t < 1, is Σ βⱼ(t)·q[f − 1 + j], j = 0 … 3, with cells beyond an edge equal to the edge's. Planes that are read
 * directly are taken as they are at pixel centres; elsewhere they are interpolated by the spline that passes through them.
 */

import type { Size } from '../image/raster.ts';

export interface PlaneSpec {
  /** A cell is 2^level pixels wide and high. */
  readonly level: number;
  /** `direct` only at level 0, where cells are pixels. */
  readonly reading: 'direct' | 'spline';
}

/** A latent pyramid: one plane of each level from 0 on, the finest read as it is. */
export function pyramidPlanes(levels: number): PlaneSpec[] {
  return Array.from({ length: levels }, (_, level) => ({
    level,
    reading: level === 0 ? 'direct' : 'spline',
  }));
}

/** Levels of a picture's pyramid: seven, one more from 1 megapixel on and another from 3. */
export function levelCount(width: number, height: number): number {
  const megapixels = (width * height) / 1e6;
  return 7 + Number(megapixels >= 1) + Number(megapixels >= 3);
}

/** Cells along an axis of so many pixels. */
export function cellCount(pixels: number, level: number): number {
  return Math.ceil(pixels / 2 ** level);
}

/** Planes that a file may have. */
export const MAX_PLANES = 12;

/** Latents are within ±MAX_LATENT. */
export const MAX_LATENT = 2047;

/** The four weights of the cubic B-spline at t in [0, 1). */
export function splineWeights(t: number): [number, number, number, number] {
  const s = 1 - t;
  return [
    (s * s * s) / 6,
    (3 * t * t * t - 6 * t * t + 4) / 6,
    (3 * s * s * s - 6 * s * s + 4) / 6,
    (t * t * t) / 6,
  ];
}

/** What a pixel position along an axis sees of a plane: the first of four cells, perhaps beyond an edge, and their weights. */
export function tapsAt(pixel: number, level: number): { first: number; weights: readonly number[] } {
  const position = (pixel + 0.5) / 2 ** level - 0.5;
  const cell = Math.floor(position);
  return { first: cell - 1, weights: splineWeights(position - cell) };
}

/** The cells of a plane, four per position along an axis, and their weights. */
export interface AxisTaps {
  /** Those beyond an edge are the edge's. */
  readonly cells: Uint32Array;
  readonly weights: Float64Array;
}

/** @param positions in pixels @param count cells of the plane along the axis */
export function axisTaps(positions: Float64Array, level: number, count: number): AxisTaps {
  const cells = new Uint32Array(4 * positions.length);
  const weights = new Float64Array(4 * positions.length);
  for (const [i, position] of positions.entries()) {
    const { first, weights: seen } = tapsAt(position, level);
    for (let tap = 0; tap < 4; tap++) cells[4 * i + tap] = Math.min(count - 1, Math.max(0, first + tap));
    weights.set(seen, 4 * i);
  }
  return { cells, weights };
}

/** Real-valued latents, all 0: one array per plane, [height, width]. */
export function zeroLatents(planes: readonly Size[]): Float32Array[] {
  return planes.map(({ width, height }) => new Float32Array(width * height));
}

/** Visits the rows of planes. @param values one array per plane, [height, width] */
export function visitRows<Values extends Float32Array | Int8Array>(
  planes: readonly Size[],
  values: readonly Values[],
  visit: (plane: number, row: number, values: Values) => void,
): void {
  for (const [plane, { width, height }] of planes.entries()) {
    const all = values[plane] as Values;
    for (let y = 0; y < height; y++) visit(plane, y, all.subarray(width * y, width * (y + 1)) as Values);
  }
}

/** Latents of a picture: one array per plane, [height, width]. */
export type Latents = readonly Int16Array[];
