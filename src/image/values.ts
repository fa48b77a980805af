/** @file Between samples, 0 … 255 or 65535, and the field's values, −1 … 1. */

import { allocateSamples, type BitDepth, peakOf, type Raster } from './raster.ts';

/** [height, width, channels] in [−1, 1]. */
export function samplesToValues({ data, depth }: Pick<Raster, 'data' | 'depth'>): Float32Array {
  const scale = 2 / peakOf(depth);
  // `Float32Array.from` would make a list of all samples first, of 8 bytes each.
  const values = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) values[i] = (data[i] as number) * scale - 1;
  return values;
}

/** The nearest sample of each value, ties upwards; values outside [−1, 1] are clipped, NaN is 0. */
export function valuesToSamples(values: Float32Array, depth: BitDepth): Uint8Array | Uint16Array {
  const peak = peakOf(depth);
  const half = peak / 2;
  const samples = allocateSamples(depth, values.length);
  for (let i = 0; i < values.length; i++) {
    const sample = ((values[i] as number) + 1) * half + 0.5;
    // NaN is neither above nor below.
    samples[i] = sample >= peak ? peak : sample > 0 ? sample | 0 : 0;
  }
  return samples;
}
