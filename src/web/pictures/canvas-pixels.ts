/** @file Samples of a picture as a canvas takes them. */

import { type Picture, peakOf } from '../../image/raster.ts';

/** RGBA of 8 bits, straight alpha. */
export function canvasPixels({
  width,
  height,
  channels,
  depth,
  data,
}: Picture): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * width * height);
  const perLevel = peakOf(depth) / 255;
  const colours = channels < 3 ? 1 : 3;
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++)
      pixels[4 * i + c] = (data[i * channels + Math.min(c, colours - 1)] as number) / perLevel;
    pixels[4 * i + 3] = channels % 2 === 0 ? (data[(i + 1) * channels - 1] as number) / perLevel : 255;
  }
  return pixels;
}
