/** @file Colour conversion. */

import type { Raster } from './raster.ts';

type Samples = Pick<Raster, 'width' | 'height' | 'channels' | 'depth' | 'data'>;

/** BT.601 luma weights of R, G and B, in thousandths. */
const LUMA = [299, 587, 114] as const;

/** BT.601 luma of the picture at 8 bits, [height, width]; integers only. Alpha is ignored. */
export function lumaOf({ width, height, channels, depth, data }: Samples): Uint8Array {
  const luma = new Uint8Array(width * height);
  const to8 = depth === 8 ? 1 : 257;
  for (let i = 0; i < luma.length; i++) {
    const at = i * channels;
    const sample = (channel: number): number =>
      Math.floor(((data[at + channel] as number) + (to8 >> 1)) / to8);
    luma[i] =
      channels < 3
        ? sample(0)
        : Math.floor((LUMA[0] * sample(0) + LUMA[1] * sample(1) + LUMA[2] * sample(2) + 500) / 1000);
  }
  return luma;
}
