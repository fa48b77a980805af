/** @file From the inflated bytes of a PNG to its rows, pass by pass, in stripes of rows that pngjs decodes. */

import { broken } from './chunks.ts';
import type { PngHeader } from './header.ts';
import { type Pass, passesOf } from './passes.ts';
import { unfilter } from './unfilter.ts';

/** Called with each row in turn: its bytes, which may be read until the call returns, and its number within its pass. */
export type TakeRow = (bytes: Uint8Array, pass: Pass, y: number) => void;

/** Bytes of a stripe, if that is a row or more: some milliseconds of work. */
const STRIPE_BYTES = 2 ** 16;

/** Filters of rows have the numbers 0 to 4. */
const LAST_FILTER = 4;

/** Rows of a stripe, the one above it included, where a row has so many bytes with that for its filter. */
function stripeRows(lineBytes: number): number {
  return 1 + Math.max(1, Math.floor(STRIPE_BYTES / lineBytes));
}

/** What a stripe of the longest rows takes: its lines, deflated, inflated and unfiltered, and four samples of up to 2 bytes for each byte. */
export function stripeMemory(header: PngHeader): number {
  const lineBytes = 1 + Math.max(...passesOf(header).map(({ rowBytes }) => rowBytes));
  return 12 * stripeRows(lineBytes) * lineBytes;
}

/** Puts stripes together from pieces of any length. */
export class RowReader {
  readonly #passes: Pass[];
  readonly #pixelBytes: number;
  readonly #take: TakeRow;
  /** The row above, not filtered, then filtered rows; before each the byte for its filter. */
  #stripe = new Uint8Array(0);
  /** Bytes of the stripe that are there. */
  #filled = 0;
  /** Rows of the pass that have been taken. */
  #y = 0;

  constructor(header: PngHeader, take: TakeRow) {
    this.#passes = passesOf(header);
    this.#pixelBytes = Math.max(1, (header.samples * header.bitDepth) / 8);
    this.#take = take;
    this.#beginPass();
  }

  /** Takes the next bytes; those behind the last row are left. @throws LoecError E_INPUT for a filter that there is not */
  push(piece: Uint8Array): void {
    for (let at = 0; at < piece.length && this.#passes[0]; ) {
      const count = Math.min(this.#stripe.length - this.#filled, piece.length - at);
      this.#stripe.set(piece.subarray(at, at + count), this.#filled);
      at += count;
      this.#filled += count;
      if (this.#filled === this.#stripe.length) this.#endStripe(this.#passes[0]);
    }
  }

  #endStripe(pass: Pass): void {
    const { rowBytes, rows } = pass;
    const lines = this.#stripe.length / (1 + rowBytes);
    this.#checkFilters(lines, 1 + rowBytes);
    const unfiltered = unfilter(this.#stripe, lines, this.#pixelBytes);
    for (let line = 1; line < lines; line++) {
      this.#take(unfiltered.subarray(line * rowBytes, (line + 1) * rowBytes), pass, this.#y++);
    }
    if (this.#y < rows) this.#beginStripe(pass, unfiltered.subarray((lines - 1) * rowBytes));
    else {
      this.#passes.shift();
      this.#beginPass();
    }
  }

  #checkFilters(lines: number, lineBytes: number): void {
    for (let line = 1; line < lines; line++) {
      const filter = this.#stripe[line * lineBytes] as number;
      if (filter <= LAST_FILTER) continue;
      throw broken(
        `row ${this.#y + line - 1} of its pixels has filter ${filter}; PNG has 0 to ${LAST_FILTER}`,
      );
    }
  }

  /** Above the first row all is 0. */
  #beginPass(): void {
    this.#y = 0;
    const pass = this.#passes[0];
    if (pass) this.#beginStripe(pass, new Uint8Array(pass.rowBytes));
  }

  #beginStripe({ rowBytes, rows }: Pass, above: Uint8Array): void {
    const lineBytes = 1 + rowBytes;
    this.#stripe = new Uint8Array(Math.min(stripeRows(lineBytes), 1 + rows - this.#y) * lineBytes);
    this.#stripe.set(above, 1);
    this.#filled = lineBytes;
  }
}
