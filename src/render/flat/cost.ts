/** @file What drawing a flat picture takes, counted as evaluating a field is. */

import type { Size } from '../../image/raster.ts';
import type { Geometry } from '../geometry.ts';
import { type CostOf, isNative, type PieceSize } from '../pieces.ts';
import { INFLUENCE, NEAR_CLASSES, TAPS } from './extent.ts';

/** Of a position, and of the smoothing of a pixel. */
const POSITION_WORK = 1000;
const PIXEL_WORK = 1500;

/** Bytes of a pixel of a piece, and of each of its classes: while they are found, then with two values. */
const PIXEL_MEMORY = 12;
const CLASS_MEMORY = 32;

/** A flat picture as it is before its colours are read. */
export interface FlatKind {
  readonly colours: number;
  readonly isAntialiased: boolean;
}

export function flatCost(kind: FlatKind, geometry: Geometry, picture: Size): CostOf {
  return (columns, rows) => {
    const positions = columns * rows;
    const smoothing = PIXEL_WORK * smoothedPixels(kind, geometry, picture, columns, rows);
    return { positions, multiplyAdds: POSITION_WORK * positions + smoothing };
  };
}

/** Bytes that the borders in a piece take. */
export function bordersMemory(kind: FlatKind, geometry: Geometry, picture: Size, piece: PieceSize): number {
  const columns = piece.columns * geometry.samplesX;
  const pixels = smoothedPixels(kind, geometry, picture, columns, piece.sampleRows);
  return pixels * (PIXEL_MEMORY + CLASS_MEMORY * Math.min(NEAR_CLASSES, kind.colours));
}

/** Pixels of the picture whose indicators the positions at crossings of so many columns and rows need. */
function smoothedPixels(
  { isAntialiased }: FlatKind,
  geometry: Geometry,
  picture: Size,
  columns: number,
  rows: number,
): number {
  if (isAntialiased || isNative(geometry, picture)) return 0;
  const across = (columns * picture.width) / (geometry.width * geometry.samplesX);
  const down = (rows * picture.height) / (geometry.height * geometry.samplesY);
  const beyond = TAPS + 2 * INFLUENCE;
  return Math.min(picture.width, across + beyond) * Math.min(picture.height, down + beyond);
}
