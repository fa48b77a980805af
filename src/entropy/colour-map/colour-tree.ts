/**
 * @file The order of a palette's colours by which labels count: a binary tree that parts near colours late (median cut; Heckbert 1982), so that the upper
 * bits of a label say most of its colour.
 */

import { colourCount, type Palette } from '../../image/palette.ts';
import type { Steps } from '../../time-slices.ts';
import { bitsFor } from './tables.ts';

/** How much a difference in a channel counts, by the number of channels. */
const WEIGHTS: readonly (readonly number[])[] = [[], [1], [1, 1], [2, 3, 1], [2, 3, 1, 3]];

/** The labels of a palette's places. @param order of `treeOrder` */
export function labelsOf(order: Uint32Array): Uint16Array {
  const labels = new Uint16Array(order.length);
  for (const [label, place] of order.entries()) labels[place] = label;
  return labels;
}

/** The place in the palette of each label. */
export function* treeOrder(palette: Palette): Steps<Uint32Array> {
  const order = Uint32Array.from({ length: colourCount(palette) }, (_, i) => i);
  yield* part(palette, order);
  return order;
}

/** Orders places: the lower half of a full tree has the lower samples of the channel that differs most. */
function* part(palette: Palette, order: Uint32Array): Steps {
  if (order.length < 2) return;
  const { samples, channels } = palette;
  const channel = widestChannel(palette, order);
  const sampleOf = (place: number): number => samples[place * channels + channel] as number;
  order.sort((a, b) => sampleOf(a) - sampleOf(b) || a - b);
  yield;
  const half = 2 ** (bitsFor(order.length) - 1);
  yield* part(palette, order.subarray(0, half));
  yield* part(palette, order.subarray(half));
}

/** The first of equal ones. */
function widestChannel({ samples, channels }: Palette, order: Uint32Array): number {
  let [widest, most] = [0, -1];
  for (let channel = 0; channel < channels; channel++) {
    let [low, high] = [65535, 0];
    for (const place of order) {
      const sample = samples[place * channels + channel] as number;
      low = Math.min(low, sample);
      high = Math.max(high, sample);
    }
    const weighted = (high - low) * (WEIGHTS[channels]?.[channel] as number);
    if (weighted > most) [widest, most] = [channel, weighted];
  }
  return widest;
}
