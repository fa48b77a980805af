/** @file Colours between pixels. */

import type { Size } from '../../image/raster.ts';
import { TAPS, type Taps } from './taps.ts';

/** Pixels around a position. */
const AROUND = TAPS * TAPS;

/** The four that are nearest to it. */
const NEAREST = [TAPS + 1, TAPS + 2, 2 * TAPS + 1, 2 * TAPS + 2];

/** The place in a palette of each pixel. */
export interface IndexMap extends Size {
  readonly indices: Uint8Array | Uint16Array;
}

/** A position, and the pixels around it. */
export class Place {
  /** [TAPS, TAPS]: their places in the palette. */
  readonly indices = new Uint16Array(AROUND);
  /** [TAPS, TAPS] */
  readonly weights = new Float64Array(AROUND);
  readonly #picture: IndexMap;
  readonly #across: Taps;
  readonly #down: Taps;

  constructor(picture: IndexMap, across: Taps, down: Taps) {
    this.#picture = picture;
    this.#across = across;
    this.#down = down;
  }

  /** @returns the colour, where the position is a pixel's centre or all pixels around it have one; else −1, and they are weighed */
  moveTo(column: number, row: number): number {
    const [left, top] = [TAPS * column, TAPS * row];
    if (this.#across.weights[left + 1] === 1 && this.#down.weights[top + 1] === 1) {
      return this.#indexAt(left + 1, top + 1);
    }
    const first = this.#indexAt(left, top);
    let isCommon = true;
    for (let i = 0; i < AROUND; i++) {
      const index = this.#indexAt(left + (i & 3), top + (i >> 2));
      this.indices[i] = index;
      isCommon = isCommon && index === first;
    }
    if (isCommon) return first;
    for (let i = 0; i < AROUND; i++) {
      this.weights[i] =
        (this.#down.weights[top + (i >> 2)] as number) * (this.#across.weights[left + (i & 3)] as number);
    }
    return -1;
  }

  #indexAt(left: number, top: number): number {
    const { width, indices } = this.#picture;
    return indices[
      (this.#down.pixels[top] as number) * width + (this.#across.pixels[left] as number)
    ] as number;
  }
}

/**
 * The colour of the largest interpolated indicator, the lowest place in the palette of equal ones. Where the next one is nearly as large, a border is
 * near, and the colour goes over to that one's: over about two pixels of the output, so that borders have no stairs (docs/experiments.md, "Graphics
 * between pixels").
 * @param scale pixels of the output in one of the picture
 */
export function classify(
  { indices, weights }: Place,
  scale: number,
  colours: Float64Array,
  channels: number,
  values: Float32Array,
  at: number,
): void {
  let [largest, most] = [-1, -1];
  let [next, less] = [-1, -1];
  for (let i = 0; i < AROUND; i++) {
    const index = indices[i] as number;
    if (indices.indexOf(index) < i) continue;
    let sum = 0;
    for (let j = i; j < AROUND; j++) if (indices[j] === index) sum += weights[j] as number;
    if (sum > most || (sum === most && index < largest)) {
      [next, less] = [largest, most];
      [largest, most] = [index, sum];
    } else if (sum > less || (sum === less && index < next)) {
      [next, less] = [index, sum];
    }
  }
  const share = Math.min(1, 0.5 + (Math.max(1, scale / 2) * (most - less)) / 2);
  for (let channel = 0; channel < channels; channel++) {
    const own = colours[largest * channels + channel] as number;
    const other = colours[next * channels + channel] as number;
    values[at + channel] = other + share * (own - other);
  }
}

/** The interpolated colour, each channel within those of the four nearest pixels: soft edges stay soft, and nothing rings. */
export function blend(
  { indices, weights }: Place,
  colours: Float64Array,
  channels: number,
  values: Float32Array,
  at: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const colourAt = (i: number): number => colours[(indices[i] as number) * channels + channel] as number;
    let sum = 0;
    for (let i = 0; i < AROUND; i++) sum += (weights[i] as number) * colourAt(i);
    const nearest = NEAREST.map(colourAt);
    values[at + channel] = Math.min(Math.max(...nearest), Math.max(Math.min(...nearest), sum));
  }
}
