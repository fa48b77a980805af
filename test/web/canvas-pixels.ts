/** @file What a canvas of sRGB gets of samples in sRGB, said a second time. */

import { type Picture, peakOf } from '../../src/image/raster.ts';

/** RGBA of 8 bits with straight alpha, halves to even. */
export function canvasPixels({ width, height, channels, depth, data }: Picture): Uint8ClampedArray {
  const perLevel = peakOf(depth) / 255;
  const pixels = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const samples = Array.from(
      data.subarray(i * channels, (i + 1) * channels),
      (sample) => sample / perLevel,
    );
    const alpha = channels % 2 === 0 ? (samples.pop() as number) : 255;
    const [red = 0, green = red, blue = red] = samples;
    pixels.set([red, green, blue, alpha], 4 * i);
  }
  return pixels;
}
