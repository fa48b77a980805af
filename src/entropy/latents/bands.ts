/**
 * @file The rows that the kernels see of a grid: a band, the rows above it, and the coarser grids' rows around it. Memory grows with
 * the picture's width only.
 */

import { COARSER_CELLS, type ContextSpec, NEIGHBOURS } from '../../field/context.ts';
import { gridSize, type Latents } from '../../field/pyramid.ts';
import type { LatentCoder } from './coder.ts';
import { BAND_ROWS, COARSER_LEVELS, GRID_CLASSES, ROW_MARGIN, ROWS_ABOVE } from './constants.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

const PARENT = { levels: 1, towardsY: false, towardsX: false };

/** Waves are latents of equal x + slope·y; with this slope no latent has a neighbour in its own wave or in a later one. */
export function slopeOf({ neighbours }: ContextSpec): number {
  const slopes = NEIGHBOURS.slice(0, neighbours).map(([dy, dx]) => (dy < 0 ? Math.floor(dx / -dy) + 1 : 1));
  // The corrections see the latent to the north-east, even if the network does not.
  return Math.max(2, ...slopes);
}

export class Bands {
  readonly #coder: LatentCoder;
  readonly #picture: Size;
  readonly #context: ContextSpec;
  readonly #rows: number;
  readonly #steps: number;
  readonly #window: number;
  /** Windows of the grids 1, 2 … COARSER_LEVELS up. */
  readonly #coarser: readonly number[];

  constructor(coder: LatentCoder, picture: Size, context: ContextSpec) {
    const { width, height } = picture;
    this.#coder = coder;
    this.#picture = picture;
    this.#context = context;
    this.#rows = Math.min(BAND_ROWS, height);
    this.#steps = coder.take(4 * context.neighbours);
    this.#window = coder.take(2 * (width + ROW_MARGIN) * (this.#rows + ROWS_ABOVE));
    this.#coarser = Array.from({ length: COARSER_LEVELS }, (_, i) => {
      const columns = gridSize(width, height, i + 1).width + 1;
      return coder.take(2 * (columns * coarserRows(i + 1) + 1));
    });
    coder.write({ steps: this.#steps, slope: slopeOf(context) });
  }

  /**
   * Goes through a grid, which decoding fills on the way.
   * @param latents of all grids; coarser ones have gone before
   */
  code(level: number, latents: Latents, codeWave: (wave: number) => void): void {
    const { width, height } = this.#sizeOf(level);
    const grid = latents[level] as Int16Array;
    this.#openGrid(level);
    for (let firstRow = 0; firstRow < height; firstRow += BAND_ROWS) {
      const rows = Math.min(BAND_ROWS, height - firstRow);
      const cells = grid.subarray(width * firstRow, width * (firstRow + rows));
      this.#openBand(level, latents, firstRow, rows);
      this.#copyIn(cells, width, rows);
      const waves = width + slopeOf(this.#context) * (rows - 1);
      for (let wave = 0; wave < waves; wave++) codeWave(wave);
      this.#copyOut(cells, width, rows);
    }
  }

  #sizeOf(level: number): Size {
    return gridSize(this.#picture.width, this.#picture.height, level);
  }

  #openGrid(level: number): void {
    const { width, height } = this.#sizeOf(level);
    const pitch = width + ROW_MARGIN;
    let placeShift = 0;
    while ((Math.max(width, height) - 1) >> placeShift >= 16) placeShift++;
    this.#coder.write({
      gridClass: Math.min(level, GRID_CLASSES - 1),
      gridWidth: width,
      stride: 2 * pitch,
      placeShift,
      band: this.#window + 2 * (ROWS_ABOVE * pitch + ROW_MARGIN),
    });
    const neighbours = NEIGHBOURS.slice(0, this.#context.neighbours);
    this.#coder
      .integers(this.#steps, neighbours.length)
      .set(neighbours.map(([dy, dx]) => 2 * (dy * pitch + dx)));
    this.#cells(pitch).fill(0);
  }

  /** All of the band's rows with those above. */
  #cells(pitch: number): Int16Array {
    return this.#coder.latents(this.#window, pitch * (this.#rows + ROWS_ABOVE));
  }

  #openBand(level: number, latents: Latents, firstRow: number, rows: number): void {
    const pitch = this.#sizeOf(level).width + ROW_MARGIN;
    this.#coder.write({ firstRow, rows });
    if (firstRow > 0) this.#cells(pitch).copyWithin(0, BAND_ROWS * pitch);
    for (let levels = 1; levels <= COARSER_LEVELS; levels++)
      this.#copyCoarser(latents[level + levels], this.#sizeOf(level + levels), levels, firstRow >> levels);
    const cells = [...COARSER_CELLS.slice(0, this.#context.coarser), PARENT];
    for (const [i, { levels, towardsY, towardsX }] of cells.entries()) {
      const coarserPitch = this.#sizeOf(level + levels).width + 1;
      // The window begins one row above the one that lies over the band's first, and one column left.
      const before = coarserPitch * ((firstRow >> levels) - 1) - 1;
      this.#coder.writeCell(i, {
        levels,
        towardsY: Number(towardsY),
        towardsX: Number(towardsX),
        origin: (this.#coarser[levels - 1] as number) - 2 * before,
        stride: 2 * coarserPitch,
      });
    }
  }

  /** @param row of the coarser grid over the band's first */
  #copyCoarser(grid: Int16Array | undefined, { width, height }: Size, levels: number, row: number): void {
    const pitch = width + 1;
    const count = coarserRows(levels);
    const window = this.#coder.latents(this.#coarser[levels - 1] as number, pitch * count + 1);
    window.fill(0);
    if (!grid) return;
    for (let y = Math.max(0, row - 1); y < Math.min(height, row - 1 + count); y++)
      window.set(grid.subarray(width * y, width * (y + 1)), pitch * (y - row + 1) + 1);
  }

  #copyIn(cells: Int16Array, width: number, rows: number): void {
    const pitch = width + ROW_MARGIN;
    const window = this.#cells(pitch);
    for (let row = 0; row < rows; row++) {
      const from = cells.subarray(width * row, width * (row + 1));
      window.set(from, pitch * (ROWS_ABOVE + row) + ROW_MARGIN);
    }
  }

  #copyOut(cells: Int16Array, width: number, rows: number): void {
    const pitch = width + ROW_MARGIN;
    const window = this.#cells(pitch);
    for (let row = 0; row < rows; row++) {
      const from = pitch * (ROWS_ABOVE + row) + ROW_MARGIN;
      cells.set(window.subarray(from, from + width), width * row);
    }
  }
}

/** Rows of a coarser grid that a band has to do with. */
function coarserRows(levels: number): number {
  return BAND_ROWS / 2 ** levels + 2;
}
