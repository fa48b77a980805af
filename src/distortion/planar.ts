/** @file Planar samples, [channel][row][column]. */

import { type Picture, peakOf, sampleArrayOf } from '../image/raster.ts';

/** From [row][column][channel]. */
export function planarOf(interleaved: ArrayLike<number>, channels: number): Float32Array {
  const planar = new Float32Array(interleaved.length);
  writePlanarPart(planar, interleaved, channels, 0);
  return planar;
}

/** The inverse of `planarOf`. */
export function interleavedOf(planar: Float32Array, channels: number): Float32Array {
  return interleavedPart(planar, channels, 0, planar.length / channels);
}

/** Of `count` pixels from the one with index `first` on. */
export function interleavedPart(
  planar: Float32Array,
  channels: number,
  first: number,
  count: number,
): Float32Array {
  const interleaved = new Float32Array(channels * count);
  for (let channel = 0; channel < channels; channel++) {
    let from = (channel * planar.length) / channels + first;
    for (let to = channel; to < interleaved.length; to += channels, from++) {
      interleaved[to] = planar[from] as number;
    }
  }
  return interleaved;
}

/** Writes some pixels of a planar picture. @param first index of the first of them */
export function writePlanarPart(
  planar: Float32Array,
  interleaved: ArrayLike<number>,
  channels: number,
  first: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    let to = (channel * planar.length) / channels + first;
    for (let from = channel; from < interleaved.length; from += channels, to++) {
      planar[to] = interleaved[from] as number;
    }
  }
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

/** to[i, channel] = from[channel, order[i]]. */
export function gatherPlanar(
  from: Float32Array,
  order: Uint32Array,
  channels: number,
  to: Float32Array,
): void {
  const count = from.length / channels;
  for (let i = 0, at = 0; i < order.length; i++) {
    for (let c = 0, place = order[i] as number; c < channels; c++, at++, place += count) {
      to[at] = from[place] as number;
    }
  }
}

/** to[channel, order[i]] = from[i, channel]. */
export function scatterPlanar(
  from: Float32Array,
  order: Uint32Array,
  channels: number,
  to: Float32Array,
): void {
  const count = to.length / channels;
  for (let i = 0, at = 0; i < order.length; i++) {
    for (let c = 0, place = order[i] as number; c < channels; c++, at++, place += count) {
      to[place] = from[at] as number;
    }
  }
}
