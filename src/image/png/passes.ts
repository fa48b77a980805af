/** @file How the rows of a PNG follow each other: one pass over the picture, or the seven of Adam7. */

import type { PngHeader } from './header.ts';

/** First column and row of each pass, and the steps to its next ones (PNG specification, section 8.1). */
type Grid = readonly [x: number, y: number, dx: number, dy: number];
const PROGRESSIVE: readonly Grid[] = [[0, 0, 1, 1]];
const ADAM7: readonly Grid[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** Pixels that are stored together. */
export interface Pass {
  readonly grid: Grid;
  readonly columns: number;
  readonly rows: number;
  /** Bytes of a row without the one for its filter. */
  readonly rowBytes: number;
}

/** The passes that have pixels. */
export function passesOf({ width, height, bitDepth, samples, interlaced }: PngHeader): Pass[] {
  const passes = (interlaced ? ADAM7 : PROGRESSIVE).map((grid) => {
    const [x, y, dx, dy] = grid;
    const columns = Math.ceil(Math.max(0, width - x) / dx);
    const rows = Math.ceil(Math.max(0, height - y) / dy);
    return { grid, columns, rows, rowBytes: Math.ceil((columns * bitDepth * samples) / 8) };
  });
  return passes.filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** Bytes of all rows, each with a byte for its filter. */
export function storedBytes(header: PngHeader): number {
  return passesOf(header).reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
}
