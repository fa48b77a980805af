/** @file From the inflated bytes of a PNG to runs of its pixels, row by row and pass by pass. */

import { allocateSamples } from '../raster.ts';
import { broken } from './chunks.ts';
import { UNFILTERS } from './filters.ts';
import type { PngHeader } from './header.ts';
import { type Pass, passesOf } from './passes.ts';

/** Pixels next to each other in a row. */
export interface Run {
  readonly pass: Pass;
  /** Number of the row within its pass, and of the first pixel within the row. */
  readonly row: number;
  readonly column: number;
  readonly columns: number;
}

/** Called with each run in turn. @param bytes of its pixels, from the first one's on; the reader's again afterwards */
export type TakeRun = (bytes: Uint8Array, run: Run) => void;

/** Undoes the filters of rows as their bytes come, however long a row is; two rows are in memory. */
export class RowReader {
  readonly #passes: Pass[];
  readonly #pixelBits: number;
  readonly #take: TakeRun;
  #bytes: Uint8Array;
  #above: Uint8Array;
  /** Number of the row's filter; undefined before it has been read. */
  #filter: number | undefined;
  /** Bytes of the row that are there. */
  #filled = 0;
  /** Pixels of the row that have been given. */
  #column = 0;
  #row = 0;

  constructor(header: PngHeader, take: TakeRun) {
    this.#passes = passesOf(header);
    this.#pixelBits = header.samples * header.bitDepth;
    this.#take = take;
    const longest = Math.max(...this.#passes.map(({ rowBytes }) => rowBytes));
    this.#bytes = allocateSamples(8, longest) as Uint8Array;
    this.#above = allocateSamples(8, longest) as Uint8Array;
  }

  /** Takes the next bytes; those behind the last row are left. @throws LoecError E_INPUT for a filter that there is not */
  push(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length && this.#passes[0]) {
      const pass = this.#passes[0];
      this.#filter ??= piece[at++] as number;
      const count = Math.min(pass.rowBytes - this.#filled, piece.length - at);
      this.#bytes.set(piece.subarray(at, at + count), this.#filled);
      at += count;
      this.#give(pass, this.#filled + count, this.#filter);
      if (this.#filled === pass.rowBytes) this.#endRow(pass);
    }
  }

  #give(pass: Pass, filled: number, filter: number): void {
    const unfilter = UNFILTERS[filter];
    if (!unfilter) throw broken(`row ${this.#row} of its pixels has filter ${filter}; PNG has 0 to 4`);
    unfilter(this.#bytes, this.#above, this.#filled, filled, Math.max(1, this.#pixelBits / 8));
    this.#filled = filled;
    const [row, column] = [this.#row, this.#column];
    const end = Math.min(pass.columns, Math.floor((8 * filled) / this.#pixelBits));
    if (end === column) return;
    // Bytes come whole, so a run begins with one.
    const bytes = column === 0 ? this.#bytes : this.#bytes.subarray((column * this.#pixelBits) / 8);
    this.#take(bytes, { pass, row, column, columns: end - column });
    this.#column = end;
  }

  #endRow(pass: Pass): void {
    [this.#bytes, this.#above] = [this.#above, this.#bytes];
    this.#filter = undefined;
    this.#filled = 0;
    this.#column = 0;
    this.#row++;
    if (this.#row === pass.rows) this.#endPass();
  }

  #endPass(): void {
    this.#passes.shift();
    this.#above.fill(0);
    this.#row = 0;
  }
}
