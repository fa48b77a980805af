/** @file Colours between pixels. */

import { TAPS } from './taps.ts';

/** The pixels around a position. */
export interface Place {
  /** [TAPS, TAPS]: rows of places in the palette. */
  readonly indices: Int32Array;
  /** Weights of the columns, and of the rows. */
  across: Float64Array;
  down: Float64Array;
}

/** The colour that all pixels have, or −1. */
export function commonIndex({ indices }: Place): number {
  const index = indices[0] as number;
  for (let i = 1; i < indices.length; i++) if (indices[i] !== index) return -1;
  return index;
}

/** The colour of the largest interpolated indicator, the lowest place of equal ones. */
export function largestIndex({ indices, across, down }: Place): number {
  let [best, most] = [-1, -1];
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number;
    if (indices.indexOf(index) < i) continue;
    let sum = 0;
    for (let j = i; j < indices.length; j++) {
      if (indices[j] === index) sum += (down[j >> 2] as number) * (across[j & 3] as number);
    }
    if (sum > most || (sum === most && index < best)) [best, most] = [index, sum];
  }
  return best;
}

/** The four pixels that are nearest to the position. */
const NEAREST = [TAPS + 1, TAPS + 2, 2 * TAPS + 1, 2 * TAPS + 2];

/** The interpolated colour, each channel within those of the four nearest pixels: soft edges stay soft, and nothing rings. */
export function blend(
  { indices, across, down }: Place,
  colours: Float64Array,
  channels: number,
  values: Float32Array,
  at: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    for (let i = 0; i < indices.length; i++) {
      const weight = (down[i >> 2] as number) * (across[i & 3] as number);
      sum += weight * (colours[(indices[i] as number) * channels + channel] as number);
    }
    let [low, high] = [Number.POSITIVE_INFINITY, 0];
    for (const i of NEAREST) {
      const colour = colours[(indices[i] as number) * channels + channel] as number;
      low = Math.min(low, colour);
      high = Math.max(high, colour);
    }
    values[at + channel] = Math.min(high, Math.max(low, sum));
  }
}
