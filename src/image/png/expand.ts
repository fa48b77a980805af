/** @file From the bytes of a row to samples of the raster: bits spread, indices looked up, transparent colours given their alpha. */

import type { ChannelCount } from '../raster.ts';
import { PALETTE, type PngHeader } from './header.ts';

/** What the chunks PLTE and tRNS hold, checked; undefined where they are missing or mean nothing. */
export interface Colours {
  /** R, G, B of each entry. */
  readonly palette: Uint8Array | undefined;
  /** Alphas of the palette's first entries, or the transparent colour, 16 bits a sample. */
  readonly transparency: Uint8Array | undefined;
}

export interface RowExpander {
  /**
   * Writes pixels to data[at], data[at + step], …
   * @param row their bytes as stored
   */
  expand(row: Uint8Array, columns: number, data: Uint8Array | Uint16Array, at: number, step: number): void;
}

export function channelsOf({ colourType }: PngHeader, { transparency }: Colours): ChannelCount {
  const isGrey = colourType === 0 || colourType === 4;
  const hasAlpha = colourType >= 4 || transparency !== undefined;
  return ((isGrey ? 1 : 3) + (hasAlpha ? 1 : 0)) as ChannelCount;
}

/** @param onMissingColour called for each pixel whose index is behind the palette's end: it is black, as in libpng */
export function createExpander(
  header: PngHeader,
  colours: Colours,
  onMissingColour: () => void,
): RowExpander {
  const key = transparentColour(header, colours);
  if (header.colourType === PALETTE) {
    const { palette = new Uint8Array(0) } = colours;
    const table = paletteTable(header, palette, colours);
    return new TableExpander(header, table, palette.length / 3, onMissingColour);
  }
  if (header.samples === 1 && header.bitDepth <= 8) {
    return new TableExpander(header, greyTable(header, key), 2 ** header.bitDepth, onMissingColour);
  }
  return new DirectExpander(header, key);
}

/** The transparent colour's samples, of which only the lowest bits count. */
function transparentColour(
  { colourType, samples, bitDepth }: PngHeader,
  { transparency }: Colours,
): number[] {
  if (transparency === undefined || colourType === PALETTE) return [];
  const view = new DataView(transparency.buffer, transparency.byteOffset, transparency.length);
  return Array.from({ length: samples }, (_, c) => view.getUint16(2 * c) & (2 ** bitDepth - 1));
}

/** R, G, B and, where some are transparent, alpha of each index: [2^bitDepth][channels] */
function paletteTable({ bitDepth }: PngHeader, palette: Uint8Array, { transparency }: Colours): number[][] {
  return Array.from({ length: 2 ** bitDepth }, (_, i) => {
    const colour = [0, 1, 2].map((c) => palette[3 * i + c] ?? 0);
    return transparency ? [...colour, transparency[i] ?? 255] : colour;
  });
}

/** Grey widened to 8 bits and, where one is transparent, alpha of each value: [2^bitDepth][channels] */
function greyTable({ bitDepth }: PngHeader, key: readonly number[]): number[][] {
  const peak = 2 ** bitDepth - 1;
  return Array.from({ length: peak + 1 }, (_, value) => {
    const grey = (value * 255) / peak;
    return key.length === 0 ? [grey] : [grey, value === key[0] ? 0 : 255];
  });
}

/** Pixels of one sample of up to 8 bits, each an index of a table of pixels. */
class TableExpander implements RowExpander {
  readonly #bitDepth: number;
  readonly #channels: number;
  readonly #table: Uint8Array;
  /** Entries that the file has. */
  readonly #known: number;
  readonly #onMissing: () => void;

  constructor(
    { bitDepth }: PngHeader,
    table: readonly (readonly number[])[],
    known: number,
    onMissing: () => void,
  ) {
    this.#bitDepth = bitDepth;
    this.#channels = table[0]?.length ?? 0;
    this.#table = Uint8Array.from(table.flat());
    this.#known = known;
    this.#onMissing = onMissing;
  }

  expand(row: Uint8Array, columns: number, data: Uint8Array | Uint16Array, at: number, step: number): void {
    const [bitDepth, channels, table] = [this.#bitDepth, this.#channels, this.#table];
    const mask = 2 ** bitDepth - 1;
    let [from, shift] = [0, 8];
    for (let column = 0, to = at; column < columns; column++, to += step) {
      shift -= bitDepth;
      const index = ((row[from] as number) >> shift) & mask;
      if (index >= this.#known) this.#onMissing();
      for (let c = 0; c < channels; c++) data[to + c] = table[index * channels + c] as number;
      if (shift === 0) {
        from++;
        shift = 8;
      }
    }
  }
}

/** Pixels whose samples of 8 or 16 bits are the raster's. */
class DirectExpander implements RowExpander {
  readonly #samples: number;
  readonly #isWide: boolean;
  /** The colour that is transparent; empty where none is. */
  readonly #key: readonly number[];

  constructor({ samples, bitDepth }: PngHeader, key: readonly number[]) {
    this.#samples = samples;
    this.#isWide = bitDepth === 16;
    this.#key = key;
  }

  expand(row: Uint8Array, columns: number, data: Uint8Array | Uint16Array, at: number, step: number): void {
    const [samples, isWide, hasKey] = [this.#samples, this.#isWide, this.#key.length > 0];
    let from = 0;
    for (let column = 0, to = at; column < columns; column++, to += step) {
      for (let c = 0; c < samples; c++) {
        const high = row[from++] as number;
        data[to + c] = isWide ? (high << 8) | (row[from++] as number) : high;
      }
      if (hasKey) data[to + samples] = this.#isTransparent(data, to) ? 0 : isWide ? 65535 : 255;
    }
  }

  #isTransparent(data: Uint8Array | Uint16Array, at: number): boolean {
    for (let c = 0; c < this.#samples; c++) {
      if (data[at + c] !== this.#key[c]) return false;
    }
    return true;
  }
}
