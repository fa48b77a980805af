/** @file Shrinking by a whole factor: every pixel of the smaller picture stands for a square of the larger one's. */

import { allocateSamples, type Raster } from './raster.ts';

/**
 * Means over factor × factor pixels, of the samples as they are stored (not in linear light), rounded to the nearest; at the right and lower edge
 * over those that are there. Alpha is averaged like a colour.
 */
export function shrinkBox(raster: Raster, factor: number): Raster {
  if (factor === 1) return raster;
  const { channels } = raster;
  const [width, height] = [Math.ceil(raster.width / factor), Math.ceil(raster.height / factor)];
  const data = allocateSamples(raster.depth, width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels);
    const left = (pixel % width) * factor;
    const top = Math.floor(pixel / width) * factor;
    data[i] = Math.round(meanOf(raster, left, top, factor, i % channels));
  }
  return { ...raster, width, height, data };
}

function meanOf(
  { width, height, channels, data }: Raster,
  left: number,
  top: number,
  size: number,
  channel: number,
): number {
  const [right, bottom] = [Math.min(width, left + size), Math.min(height, top + size)];
  let sum = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) sum += data[(y * width + x) * channels + channel] as number;
  }
  return sum / ((right - left) * (bottom - top));
}
