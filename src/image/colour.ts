/** @file Colour conversion. */

import type { Picture } from './raster.ts';

/** BT.601 luma weights of R, G and B, in thousandths. */
const LUMA = [299, 587, 114] as const;

/** BT.601 luma of the picture at 8 bits, [height, width]; integers only. Alpha is ignored. */
export function lumaOf({ width, height, channels, depth, data }: Picture): Uint8Array {
  const luma = new Uint8Array(width * height);
  const bytes = depth === 8 ? data : Uint8Array.from(data, (sample) => Math.floor((sample + 128) / 257));
  const [red, green, blue] = LUMA;
  for (let i = 0, at = 0; i < luma.length; i++, at += channels) {
    const first = bytes[at] as number;
    if (channels < 3) {
      luma[i] = first;
      continue;
    }
    const sum = red * first + green * (bytes[at + 1] as number) + blue * (bytes[at + 2] as number);
    luma[i] = Math.floor((sum + 500) / 1000);
  }
  return luma;
}
