/** @file Whether a picture has photographs among text or graphics, which neither a fit nor a map of colours serves well. */

import { type Picture, peakOf } from '../image/raster.ts';

/** Width and height of a block. */
const SIDE = 16;

/** Blocks at most, evenly spread over a large picture. */
const MOST_BLOCKS = 8192;

/** Shares of a block's pixels that have its most frequent colour: in graphics from the first on, in photographs up to the second (docs/experiments.md, "Photographs among text"). */
const OF_GRAPHICS = 0.35;
const OF_PHOTOGRAPHS = 0.1;

/** Least shares of blocks: with photographs; with text or lines; with these or a single colour. */
const LEAST = { natural: 0.1, drawn: 0.05, graphic: 0.25 };

export const MIXED_NOTE =
  'it looks like photographs among text or graphics; all of it is fitted as a photograph, so that text and lines lose sharpness: a higher quality keeps more of it';

export function isMixed(picture: Picture): boolean {
  const columns = Math.floor(picture.width / SIDE);
  const blocks = columns * Math.floor(picture.height / SIDE);
  const stride = Math.max(1, blocks / MOST_BLOCKS);
  let [seen, natural, drawn, plain] = [0, 0, 0, 0];
  for (let at = 0; at < blocks; at += stride, seen++) {
    const block = Math.floor(at);
    const share = largestShare(picture, (block % columns) * SIDE, Math.floor(block / columns) * SIDE);
    if (share === 1) plain++;
    else if (share >= OF_GRAPHICS) drawn++;
    else if (share <= OF_PHOTOGRAPHS) natural++;
  }
  return natural > LEAST.natural * seen && drawn > LEAST.drawn * seen && drawn + plain > LEAST.graphic * seen;
}

/** The share of a block's pixels that have its most frequent colour. */
function largestShare({ width, channels, depth, data }: Picture, left: number, top: number): number {
  const counts = new Map<number, number>();
  const scale = 255 / peakOf(depth);
  const toByte = (sample: number): number => Math.floor(sample * scale);
  let most = 0;
  for (let i = 0; i < SIDE * SIDE; i++) {
    const pixel = (top + Math.floor(i / SIDE)) * width + left + (i % SIDE);
    let colour = 0;
    for (let at = pixel * channels; at < (pixel + 1) * channels; at++)
      colour = 256 * colour + toByte(data[at] as number);
    const count = (counts.get(colour) ?? 0) + 1;
    counts.set(colour, count);
    most = Math.max(most, count);
  }
  return most / (SIDE * SIDE);
}
