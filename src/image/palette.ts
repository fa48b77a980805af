/** @file The colours of a picture: whole pixels, with all their channels. */

import type { Picture } from './raster.ts';

/** Colours at most that a palette can have. */
export const MOST_COLOURS = 65536;

export interface Palette {
  /** [colours, channels], each once, in rising order of the first channel, then of the second, and so on. */
  readonly samples: Uint8Array | Uint16Array;
  readonly channels: number;
}

export interface IndexedPicture {
  readonly palette: Palette;
  /** [height, width]: places in the palette. */
  readonly indices: Uint16Array;
}

export function colourCount({ samples, channels }: Palette): number {
  return samples.length / channels;
}

/** The picture by its palette; null where it has more colours than MOST_COLOURS. */
export function indexPicture(picture: Picture): IndexedPicture | null {
  const finder = new ColourFinder(picture);
  const { data, channels } = picture;
  const indices = new Uint16Array(data.length / channels);
  for (let pixel = 0; pixel < indices.length; pixel++) {
    const index = finder.indexOf(pixel);
    if (index >= MOST_COLOURS) return null;
    indices[pixel] = index;
  }
  return sorted(finder.firstPixels, indices, picture);
}

/** Slots of the hash table: twice as many as there may be colours. */
const SLOT_BITS = 17;

/** Numbers colours in the order in which they come. */
class ColourFinder {
  /** A pixel of each colour. */
  readonly firstPixels: number[] = [];
  readonly #data: Picture['data'];
  readonly #channels: number;
  /** Number of the colour plus 1; 0 is free. */
  readonly #slots = new Int32Array(2 ** SLOT_BITS);

  constructor({ data, channels }: Picture) {
    this.#data = data;
    this.#channels = channels;
  }

  indexOf(pixel: number): number {
    const mask = 2 ** SLOT_BITS - 1;
    for (let slot = this.#hash(pixel); ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot] as number;
      if (found === 0) {
        this.firstPixels.push(pixel);
        this.#slots[slot] = this.firstPixels.length;
        return this.firstPixels.length - 1;
      }
      if (this.#areEqual(pixel, this.firstPixels[found - 1] as number)) return found - 1;
    }
  }

  #hash(pixel: number): number {
    let hash = 0;
    const first = pixel * this.#channels;
    for (let i = first; i < first + this.#channels; i++) {
      hash = Math.imul(hash ^ (this.#data[i] as number), 0x9e3779b1) + (hash >>> 15);
    }
    return Math.imul(hash, 0x2c1b3c6d) >>> (32 - SLOT_BITS);
  }

  #areEqual(pixel: number, other: number): boolean {
    const channels = this.#channels;
    for (let i = 0; i < channels; i++) {
      if (this.#data[pixel * channels + i] !== this.#data[other * channels + i]) return false;
    }
    return true;
  }
}

function sorted(firstPixels: number[], indices: Uint16Array, { data, channels }: Picture): IndexedPicture {
  const order = Uint32Array.from(firstPixels.keys()).sort((a, b) => {
    const [first, other] = [(firstPixels[a] as number) * channels, (firstPixels[b] as number) * channels];
    for (let i = 0; i < channels; i++) {
      const difference = (data[first + i] as number) - (data[other + i] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  });
  const samples = data.slice(0, order.length * channels);
  const places = new Uint16Array(order.length);
  for (const [place, index] of order.entries()) {
    const first = (firstPixels[index] as number) * channels;
    samples.set(data.subarray(first, first + channels), place * channels);
    places[index] = place;
  }
  return { palette: { samples, channels }, indices: indices.map((index) => places[index] as number) };
}
