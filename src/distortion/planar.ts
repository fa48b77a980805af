/** @file Planar samples, [channel][row][column]. */

import { type Picture, peakOf, sampleArrayOf } from '../image/raster.ts';

/** From [row][column][channel]. */
export function planarOf(interleaved: ArrayLike<number>, channels: number): Float32Array {
  const planar = new Float32Array(interleaved.length);
  for (let channel = 0, to = 0; channel < channels; channel++) {
    for (let from = channel; from < interleaved.length; from += channels, to++) {
      planar[to] = interleaved[from] as number;
    }
  }
  return planar;
}

/** The inverse of `planarOf`. */
export function interleavedOf(planar: Float32Array, channels: number): Float32Array {
  const interleaved = new Float32Array(planar.length);
  for (let channel = 0, from = 0; channel < channels; channel++) {
    for (let to = channel; to < planar.length; to += channels, from++) {
      interleaved[to] = planar[from] as number;
    }
  }
  return interleaved;
}

/** A picture's values in [−1, 1]. */
export function planarTargets({ channels, depth, data }: Picture): Float32Array {
  const scale = 2 / peakOf(depth);
  return planarOf(data, channels).map((sample) => sample * scale - 1);
}

/** Writes a picture's samples for kernels. @param pitch bytes between rows, a multiple of a sample's */
export function writeSamples(
  { buffer }: WebAssembly.Memory,
  { width, height, channels, depth, data }: Picture,
  address: number,
  pitch: number,
): void {
  const Sample = sampleArrayOf(depth);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      const row = new Sample(buffer, address + pitch * (channel * height + y), width);
      for (let x = 0, from = y * width * channels + channel; x < width; x++, from += channels) {
        row[x] = data[from] as number;
      }
    }
  }
}
