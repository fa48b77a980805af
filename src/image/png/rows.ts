/** @file From the inflated bytes of a PNG to its rows, pass by pass. */

import { broken } from './chunks.ts';
import { UNFILTERS } from './filters.ts';
import type { PngHeader } from './header.ts';
import { type Pass, passesOf } from './passes.ts';

/** Called with each row in turn: its bytes, which are the reader's again afterwards, and its number within its pass. */
export type TakeRow = (bytes: Uint8Array, pass: Pass, y: number) => void;

/** Puts rows together from pieces of any length; two rows are in memory. */
export class RowReader {
  readonly #passes: Pass[];
  readonly #pixelBytes: number;
  readonly #take: TakeRow;
  #row: Uint8Array;
  #above: Uint8Array;
  /** Number of the row's filter; undefined before it has been read. */
  #filter: number | undefined;
  /** Bytes of the row that are there. */
  #filled = 0;
  #y = 0;

  constructor(header: PngHeader, take: TakeRow) {
    this.#passes = passesOf(header);
    this.#pixelBytes = Math.max(1, (header.samples * header.bitDepth) / 8);
    this.#take = take;
    const longest = Math.max(...this.#passes.map(({ rowBytes }) => rowBytes));
    this.#row = new Uint8Array(longest);
    this.#above = new Uint8Array(longest);
  }

  /** Takes the next bytes; those behind the last row are left. @throws LoecError E_INPUT for a filter that there is not */
  push(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length && this.#passes[0]) {
      const { rowBytes } = this.#passes[0];
      this.#filter ??= piece[at++] as number;
      const count = Math.min(rowBytes - this.#filled, piece.length - at);
      this.#row.set(piece.subarray(at, at + count), this.#filled);
      at += count;
      this.#filled += count;
      if (this.#filled === rowBytes) this.#endRow(this.#passes[0], this.#filter);
    }
  }

  #endRow(pass: Pass, filter: number): void {
    const unfilter = UNFILTERS[filter];
    if (!unfilter) throw broken(`row ${this.#y} of its pixels has filter ${filter}; PNG has 0 to 4`);
    unfilter(this.#row, this.#above, pass.rowBytes, this.#pixelBytes);
    this.#take(this.#row, pass, this.#y);
    [this.#row, this.#above] = [this.#above, this.#row];
    this.#filter = undefined;
    this.#filled = 0;
    this.#y++;
    if (this.#y === pass.rows) this.#endPass();
  }

  #endPass(): void {
    this.#passes.shift();
    this.#above.fill(0);
    this.#y = 0;
  }
}
