/** @file Shrinking by a whole factor, for benches of enlargement. */

import type { Raster } from '../image/raster.ts';

/**
 * Means over factor × factor pixels, of the samples as they are stored (not in linear light), rounded to the nearest. Alpha is
 * averaged like a colour.
 * @param raster its sides are multiples of `factor`
 */
export function shrinkBox(raster: Raster, factor: number): Raster {
  if (factor === 1) return raster;
  const { channels } = raster;
  const [width, height] = [raster.width / factor, raster.height / factor];
  const sums = new Float64Array(width * height * channels);
  for (let i = 0; i < raster.data.length; i++) {
    const pixel = Math.floor(i / channels);
    const x = Math.floor((pixel % raster.width) / factor);
    const y = Math.floor(pixel / raster.width / factor);
    const cell = (y * width + x) * channels + (i % channels);
    sums[cell] = (sums[cell] as number) + (raster.data[i] as number);
  }
  const data = raster.data.slice(0, sums.length);
  for (const [i, sum] of sums.entries()) data[i] = Math.round(sum / factor ** 2);
  return { ...raster, width, height, data };
}
