/** @file Between samples, 0 … 255 or 65535, and the field's values, −1 … 1. */

import { allocateSamples, type BitDepth, peakOf, type Raster } from './raster.ts';

/** [height, width, channels] in [−1, 1]. */
export function samplesToValues({ data, depth }: Raster): Float32Array {
  const scale = 2 / peakOf(depth);
  return Float32Array.from(data, (sample) => sample * scale - 1);
}

/** The nearest sample of each value, ties upwards; values outside [−1, 1] are clipped, NaN is 0. */
export function valuesToSamples(values: Float32Array, depth: BitDepth): Uint8Array | Uint16Array {
  const peak = peakOf(depth);
  const samples = allocateSamples(depth, values.length);
  for (let i = 0; i < values.length; i++) {
    const sample = Math.floor((((values[i] as number) + 1) * peak) / 2 + 0.5);
    samples[i] = Math.min(peak, Math.max(0, sample || 0));
  }
  return samples;
}
