/**
 * @file Slices: the rows of planes that have a range coder of their own and see nothing of each other, so that threads decode them side by
 * side and a part of a picture needs some of them only. Planes of few latents are coded in one slice, the *base*.
 */

import type { LatentModel, Plane } from '../../field/model.ts';
import type { Size } from '../../image/raster.ts';
import { BAND_ROWS } from './constants.ts';

/** Latents of a slice of a plane, at most, but for a band (docs/experiments.md, "Slices of latents"). */
const SLICE_LATENTS = 2 ** 21;

export interface PlaneRows {
  readonly plane: Plane;
  readonly firstRow: number;
  /** The first row after it. */
  readonly endRow: number;
}

export interface Slice {
  readonly isBase: boolean;
  /** Whole planes in the base, else rows of one. */
  readonly parts: readonly PlaneRows[];
}

/**
 * A picture's slices in the order of the file.
 * @param isPresent per plane, whether it is not all zero
 * @param latents of a slice at most
 */
export function slicesOf(
  { planes }: LatentModel,
  isPresent: readonly boolean[],
  latents = SLICE_LATENTS,
): Slice[] {
  const inOrder = planes.filter(({ index }) => isPresent[index]).reverse();
  const isSmall = ({ width, height }: Plane): boolean => width * height <= latents;
  const base = inOrder.filter(isSmall).map((plane) => ({ plane, firstRow: 0, endRow: plane.height }));
  const large = inOrder.filter((plane) => !isSmall(plane));
  const ofLarge = large.flatMap((plane) => cut(plane, latents));
  return [
    ...(base.length > 0 ? [{ isBase: true, parts: base }] : []),
    ...ofLarge.map((rows) => ({ isBase: false, parts: [rows] })),
  ];
}

/** Slices of a plane, at most. */
export function slicesOfPlane({ width, height }: Size, latents = SLICE_LATENTS): number {
  return Math.ceil((width * height) / latents);
}

/** Whole bands, as many in each slice but the last. */
function cut(plane: Plane, latents: number): PlaneRows[] {
  const { height } = plane;
  const count = slicesOfPlane(plane, latents);
  const rows = BAND_ROWS * Math.ceil(height / BAND_ROWS / count);
  return Array.from({ length: Math.ceil(height / rows) }, (_, i) => ({
    plane,
    firstRow: rows * i,
    endRow: Math.min(height, rows * (i + 1)),
  }));
}
