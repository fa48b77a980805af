/** @file Peak signal-to-noise ratio, the yardstick of every table here. */

import { assert } from '../errors.ts';
import { hasAlpha, peakOf, type Raster } from '../image/raster.ts';

/**
 * Mean squared error over all samples of two pictures of one size, in squared sample units. With alpha it is that of what is seen of
 * them, the mean over black and over white: colours count as far as alpha lets them through.
 */
export function meanSquaredError(a: Raster, b: Raster): number {
  assert(a.data.length === b.data.length && a.depth === b.depth, 'pictures of different shapes are compared');
  const sum = hasAlpha(a) ? sumOverBackgrounds(a, b) : sumOfSquares(a.data, b.data);
  return sum / a.data.length;
}

function sumOfSquares(a: Raster['data'], b: Raster['data']): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    sum += difference * difference;
  }
  return sum;
}

/** Per pixel as much as its colours' mean squared error times its channels, so that the sum is over as many as there are samples. */
function sumOverBackgrounds({ channels, depth, data }: Raster, other: Raster): number {
  const peak = peakOf(depth);
  const colours = channels - 1;
  let sum = 0;
  for (let at = 0; at < data.length; at += channels) {
    const alpha = data[at + colours] as number;
    const otherAlpha = other.data[at + colours] as number;
    for (let i = at; i < at + colours; i++) {
      const onBlack = ((data[i] as number) * alpha - (other.data[i] as number) * otherAlpha) / peak;
      const onWhite = onBlack - (alpha - otherAlpha);
      sum += (onBlack * onBlack + onWhite * onWhite) / 2;
    }
  }
  return (sum * channels) / colours;
}

/** PSNR in dB over all channels, with alpha of what is seen ({@link meanSquaredError}), peak 255 or 65535; Infinity for equal pictures. */
export function psnr(a: Raster, b: Raster): number {
  return 10 * Math.log10(peakOf(a.depth) ** 2 / meanSquaredError(a, b));
}
