/** @file The rows of a picture around a band, as trials of its latents see them. */

import { cellCount, splineWeights, tapsAt } from '../../../field/pyramid.ts';
import { peakOf, type Raster } from '../../../image/raster.ts';

/** Cells along an axis that a position sees. */
const TAPS = 4;

/** The cells of a grid that pixels along an axis see, TAPS per pixel, and with which weights. */
interface Sight {
  readonly cells: Int32Array;
  readonly weights: Float64Array;
}

/**
 * @param pixels along the axis
 * @param count cells of the grid along the axis
 */
function sightOf(pixels: number, level: number, count: number): Sight {
  const cells = new Int32Array(TAPS * pixels);
  const weights = new Float64Array(TAPS * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const { first, weights: seen } = tapsAt(pixel, level);
    for (let i = 0; i < TAPS; i++) cells[TAPS * pixel + i] = Math.min(count - 1, Math.max(0, first + i));
    weights.set(seen, TAPS * pixel);
  }
  return { cells, weights };
}

/** The weight of a cell of grid `level` at the 4 · 2^level pixels along an axis that see it; level > 0. */
export function tapsOf(level: number): Float32Array {
  const cell = 2 ** level;
  return Float32Array.from({ length: TAPS * cell }, (_, i) => {
    const place = (i + 0.5) / cell;
    return splineWeights(place % 1)[TAPS - 1 - Math.floor(place)] as number;
  });
}

/** A grid's latents at rows of pixels. */
export class GridRows {
  readonly #cells: (row: number) => Int16Array;
  readonly #across: Sight;
  readonly #down: Sight;
  readonly #line: Float64Array;

  /**
   * @param cells a row of the grid's latents
   * @param level from 1 on; the first grid's latents are those of pixels
   */
  constructor(cells: (row: number) => Int16Array, level: number, picture: { width: number; height: number }) {
    const [width, height] = [cellCount(picture.width, level), cellCount(picture.height, level)];
    this.#cells = cells;
    this.#across = sightOf(picture.width, level, width);
    this.#down = sightOf(picture.height, level, height);
    this.#line = new Float64Array(width);
  }

  /** Interpolates at a row of pixels. */
  write(y: number, row: Float32Array): void {
    const line = this.#line.fill(0);
    for (let i = TAPS * y; i < TAPS * (y + 1); i++) {
      const weight = this.#down.weights[i] as number;
      const cells = this.#cells(this.#down.cells[i] as number);
      for (let x = 0; x < line.length; x++) line[x] = (line[x] as number) + weight * (cells[x] as number);
    }
    const { cells, weights } = this.#across;
    for (let x = 0, i = 0; x < row.length; x++) {
      let sum = 0;
      for (const end = i + TAPS; i < end; i++)
        sum += (weights[i] as number) * (line[cells[i] as number] as number);
      row[x] = sum;
    }
  }
}

/** The errors of outputs that are `offset`, in [0, 1], in a channel at a row of pixels. */
export function writeErrors(
  { width, channels, depth, data }: Pick<Raster, 'width' | 'channels' | 'depth' | 'data'>,
  channel: number,
  offset: number,
  y: number,
  row: Float32Array,
): void {
  const value = (offset + 1) / 2;
  const scale = 1 / peakOf(depth);
  for (let x = 0, at = y * width * channels + channel; x < width; x++, at += channels)
    row[x] = value - (data[at] as number) * scale;
}
