/** @file From the inflated bytes of a PNG to runs of its pixels, row by row and pass by pass: in tiles of rows or of a part of a long row, which pngjs decodes. */

import { allocateSamples } from '../raster.ts';
import { broken } from './chunks.ts';
import type { PngHeader } from './header.ts';
import { type Pass, passesOf } from './passes.ts';
import { unfilter } from './unfilter.ts';

/** Pixels next to each other in a row. */
export interface Run {
  readonly pass: Pass;
  /** Number of the row within its pass, and of the first pixel within the row. */
  readonly row: number;
  readonly column: number;
  readonly columns: number;
}

/** Called with each run in turn. @param bytes of its pixels, from the first one's on */
export type TakeRun = (bytes: Uint8Array, run: Run) => void;

/** Bytes of a tile's pixels, of whole pixels of any size: some milliseconds of work. */
const TILE_BYTES = 24 * 2 ** 12;

/** Filters of rows have the numbers 0 to 4. */
const LAST_FILTER = 4;

/** Two rows, and of a tile its lines, deflated, inflated and unfiltered, and RGBA of 8 or 16 bits for each byte. */
export function rowMemory(header: PngHeader): number {
  const longest = Math.max(...passesOf(header).map(({ rowBytes }) => rowBytes));
  return 2 * longest + 64 * TILE_BYTES;
}

/** Puts tiles together from pieces of any length. */
export class RowReader {
  readonly #passes: Pass[];
  readonly #pixelBits: number;
  readonly #pixelBytes: number;
  readonly #take: TakeRun;
  /** The row that is being decoded and the one above it, as far as tiles begin beside or below them. */
  #current = new Uint8Array(0);
  #above = new Uint8Array(0);
  /** Rows of the pass and bytes of the row before the tile. */
  #row = 0;
  #start = 0;
  /** Lines: the row above, then those of the tile. A line has its filter, the pixel to the left, and the tile's bytes. */
  #tile = new Uint8Array(0);
  #lineBytes = 0;
  /** Bytes of the tile that are there. */
  #filled = 0;

  constructor(header: PngHeader, take: TakeRun) {
    this.#passes = passesOf(header);
    this.#pixelBits = header.samples * header.bitDepth;
    this.#pixelBytes = Math.max(1, this.#pixelBits / 8);
    this.#take = take;
    this.#beginPass();
  }

  /** Takes the next bytes; those behind the last row are left. @throws LoecError E_INPUT for a filter that there is not */
  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length && this.#passes[0]; ) {
      const inLine = this.#filled % this.#lineBytes;
      if (inLine === 0) {
        this.#beginLine(piece[at++] as number);
        continue;
      }
      const count = Math.min(this.#lineBytes - inLine, piece.length - at);
      this.#tile.set(piece.subarray(at, at + count), this.#filled);
      at += count;
      this.#filled += count;
      if (this.#filled === this.#tile.length) this.#endTile(this.#passes[0]);
    }
  }

  /** At the left edge the pixel to the left is 0 in every line. */
  #beginLine(filter: number): void {
    const row = this.#row + this.#filled / this.#lineBytes - 1;
    if (filter > LAST_FILTER)
      throw broken(`row ${row} of its pixels has filter ${filter}; PNG has 0 to ${LAST_FILTER}`);
    this.#tile[this.#filled] = filter;
    this.#filled += 1 + this.#pixelBytes;
  }

  #endTile(pass: Pass): void {
    const lines = this.#tile.length / this.#lineBytes;
    const unfiltered = unfilter(this.#tile, lines, this.#pixelBytes);
    const filter = this.#tile[this.#tile.length - this.#lineBytes] as number;
    const bytes = this.#lineBytes - 1 - this.#pixelBytes;
    for (let line = 1; line < lines; line++) {
      const from = line * (this.#lineBytes - 1) + this.#pixelBytes;
      const run = unfiltered.subarray(from, from + bytes);
      this.#take(run, { pass, row: this.#row + line - 1, ...this.#columnsOf(pass, bytes) });
      if (line === lines - 1) this.#current.set(run, this.#start);
    }
    this.#start += bytes;
    if (this.#start < pass.rowBytes) this.#beginTileBeside(pass, filter);
    else this.#endRows(pass, lines - 1);
  }

  #columnsOf({ columns }: Pass, bytes: number): { column: number; columns: number } {
    const column = (8 * this.#start) / this.#pixelBits;
    return { column, columns: Math.min(columns - column, Math.floor((8 * bytes) / this.#pixelBits)) };
  }

  #endRows(pass: Pass, rows: number): void {
    [this.#current, this.#above] = [this.#above, this.#current];
    this.#row += rows;
    if (this.#row < pass.rows) this.#beginRows(pass);
    else {
      this.#passes.shift();
      this.#beginPass();
    }
  }

  /** Above the first row all is 0. */
  #beginPass(): void {
    const pass = this.#passes[0];
    if (!pass) return;
    this.#row = 0;
    this.#current = allocateSamples(8, pass.rowBytes) as Uint8Array<ArrayBuffer>;
    this.#above = allocateSamples(8, pass.rowBytes) as Uint8Array<ArrayBuffer>;
    this.#beginRows(pass);
  }

  #beginRows({ rowBytes, rows }: Pass): void {
    this.#start = 0;
    const whole = Math.max(1, Math.floor(TILE_BYTES / (1 + this.#pixelBytes + rowBytes)));
    this.#beginTile(Math.min(whole, rows - this.#row), Math.min(rowBytes, TILE_BYTES));
  }

  /** The next part of a long row. The pixel to its left is stored so that the filter makes of it what it is. */
  #beginTileBeside({ rowBytes }: Pass, filter: number): void {
    this.#beginTile(1, Math.min(rowBytes - this.#start, TILE_BYTES));
    const line = this.#lineBytes;
    this.#tile[line] = filter;
    for (let i = 0; i < this.#pixelBytes; i++) {
      const at = this.#start - this.#pixelBytes + i;
      const above = this.#above[at] as number;
      this.#tile[1 + i] = above;
      this.#tile[line + 1 + i] = (this.#current[at] as number) - predictAtEdge(above, filter);
    }
    this.#filled = line + 1 + this.#pixelBytes;
  }

  #beginTile(rows: number, bytes: number): void {
    this.#lineBytes = 1 + this.#pixelBytes + bytes;
    this.#tile = new Uint8Array((1 + rows) * this.#lineBytes);
    this.#tile.set(this.#above.subarray(this.#start, this.#start + bytes), 1 + this.#pixelBytes);
    this.#filled = this.#lineBytes;
  }
}

/** What each filter predicts where nothing is to the left (PNG specification, section 9.2). */
function predictAtEdge(above: number, filter: number): number {
  return [0, 0, above, above >> 1, above][filter] as number;
}
