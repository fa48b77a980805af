/** @file A rectangle of a raster. */

import { assert } from '../errors.ts';
import type { Raster } from './raster.ts';

/** The pixels of the rectangle, which lies within the raster, copied. */
export function cropRaster(raster: Raster, x: number, y: number, width: number, height: number): Raster {
  assert(x + width <= raster.width && y + height <= raster.height, 'a crop reaches beyond its raster');
  const { channels } = raster;
  const data = raster.data.slice(0, width * height * channels);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * raster.width + x) * channels;
    data.set(raster.data.subarray(from, from + width * channels), row * width * channels);
  }
  return { ...raster, width, height, data };
}
