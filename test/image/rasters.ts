/** @file Pictures for the tests. */

import { seededRandom } from '../../src/field/random.ts';
import {
  allocateSamples,
  type BitDepth,
  type ChannelCount,
  peakOf,
  type Raster,
} from '../../src/image/raster.ts';

/** A picture whose samples are a function of column, row and channel, 0 … 1. */
export function rasterOf(
  width: number,
  height: number,
  channels: ChannelCount,
  depth: BitDepth,
  sampleAt: (x: number, y: number, channel: number) => number,
): Raster {
  const data = allocateSamples(depth, width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels);
    const value = sampleAt(pixel % width, Math.floor(pixel / width), i % channels);
    data[i] = Math.floor(value * peakOf(depth) + 0.5);
  }
  return { width, height, channels, depth, data, colour: [], metadata: [] };
}

export function noiseRaster(width: number, height: number, channels: ChannelCount, depth: BitDepth): Raster {
  const random = seededRandom(width + 100 * height + channels);
  return rasterOf(width, height, channels, depth, () => random());
}
