/** @file Positions between pixels, and the pixels around them. */

import type { Size } from '../../image/raster.ts';
import { TAPS } from './extent.ts';
import type { Taps } from './taps.ts';

/** Pixels around a position. */
export const AROUND = TAPS * TAPS;

/** The four that are nearest to it. */
const NEAREST = [TAPS + 1, TAPS + 2, 2 * TAPS + 1, 2 * TAPS + 2];

/** The place in a palette of each pixel. */
export interface IndexMap extends Size {
  readonly indices: Uint8Array | Uint16Array;
}

/** A position, and the pixels around it: its window. */
export class Place {
  /** [TAPS, TAPS]: their places in the palette. */
  readonly indices = new Uint16Array(AROUND);
  /** Number of the window: another one is another window. */
  window = 0;
  /** Of the position among those of an axis. */
  column = 0;
  row = 0;
  readonly across: Taps;
  readonly down: Taps;
  readonly #picture: IndexMap;
  /** Bases of the window. */
  #left = Number.NaN;
  #top = Number.NaN;
  #isCommon = false;

  constructor(picture: IndexMap, across: Taps, down: Taps) {
    this.#picture = picture;
    this.across = across;
    this.down = down;
  }

  /** @returns the colour, where the position is a pixel's centre or all pixels around it have one; else −1 */
  moveTo(column: number, row: number): number {
    this.column = column;
    this.row = row;
    const { across, down } = this;
    if (across.weights[TAPS * column + 1] === 1 && down.weights[TAPS * row + 1] === 1) {
      return this.#indexAt(TAPS * column + 1, TAPS * row + 1);
    }
    const [left, top] = [across.bases[column] as number, down.bases[row] as number];
    if (left !== this.#left || top !== this.#top) this.#look(left, top);
    return this.#isCommon ? (this.indices[0] as number) : -1;
  }

  #look(left: number, top: number): void {
    this.#left = left;
    this.#top = top;
    this.window++;
    this.#isCommon = true;
    for (let i = 0; i < AROUND; i++) {
      this.indices[i] = this.#indexAt(TAPS * this.column + (i & 3), TAPS * this.row + (i >> 2));
      this.#isCommon &&= this.indices[i] === this.indices[0];
    }
  }

  #indexAt(left: number, top: number): number {
    const { width, indices } = this.#picture;
    const [x, y] = [this.across.pixels[left] as number, this.down.pixels[top] as number];
    return indices[y * width + x] as number;
  }
}

/** The interpolated colour, each channel within those of the four nearest pixels: soft edges stay soft, and nothing rings. */
export function blend(
  { indices, across, down, column, row }: Place,
  colours: Float64Array,
  channels: number,
  values: Float32Array,
  at: number,
): void {
  const weightAt = (i: number): number =>
    (down.weights[TAPS * row + (i >> 2)] as number) * (across.weights[TAPS * column + (i & 3)] as number);
  for (let channel = 0; channel < channels; channel++) {
    const colourAt = (i: number): number => colours[(indices[i] as number) * channels + channel] as number;
    let sum = 0;
    for (let i = 0; i < AROUND; i++) sum += weightAt(i) * colourAt(i);
    const nearest = NEAREST.map(colourAt);
    values[at + channel] = Math.min(Math.max(...nearest), Math.max(Math.min(...nearest), sum));
  }
}
