/** @file Peak signal-to-noise ratio, the yardstick of every table here. */

import { assert } from '../errors.ts';
import { peakOf, type Raster } from '../image/raster.ts';

/** Mean squared error over all samples of two pictures of one size, in squared sample units. */
export function meanSquaredError(a: Raster, b: Raster): number {
  assert(a.data.length === b.data.length && a.depth === b.depth, 'pictures of different shapes are compared');
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) {
    const difference = (a.data[i] as number) - (b.data[i] as number);
    sum += difference * difference;
  }
  return sum / a.data.length;
}

/** PSNR in dB over all channels, peak 255 or 65535; Infinity for equal pictures. */
export function psnr(a: Raster, b: Raster): number {
  return 10 * Math.log10(peakOf(a.depth) ** 2 / meanSquaredError(a, b));
}
