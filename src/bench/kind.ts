/** @file Pictures in one kind, as measures need them: most codecs know only RGB, and some drop an alpha that is opaque. */

import { LoecError } from '../errors.ts';
import { allocateSamples, type BitDepth, type ChannelCount, peakOf, type Raster } from '../image/raster.ts';

/** What decoded pictures must have in common with the original. */
export type Kind = Pick<Raster, 'channels' | 'depth'>;

/**
 * Grey is the mean of the colours, a missing alpha is opaque, an alpha that nobody asked for goes.
 * @throws LoecError E_UNSUPPORTED where the depth is another one
 */
export function inKind(raster: Raster, { channels, depth }: Kind): Raster {
  if (raster.depth !== depth) {
    throw new LoecError('E_UNSUPPORTED', `decoded to ${raster.depth} bits where ${depth} bits went in`);
  }
  if (raster.channels === channels) return raster;
  const pixels = raster.width * raster.height;
  const data = allocateSamples(depth, pixels * channels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = raster.data.subarray(pixel * raster.channels, (pixel + 1) * raster.channels);
    data.set(convert(from, channels, peakOf(depth)), pixel * channels);
  }
  return { ...raster, channels, data };
}

/** Both in the least kind that loses nothing of either: an alpha that is opaque in both goes. */
export function inCommonKind(a: Raster, b: Raster): [Raster, Raster] {
  const depth = Math.max(a.depth, b.depth) as BitDepth;
  const colours = Math.max(a.channels, b.channels) > 2 ? 3 : 1;
  const alpha = isOpaque(a) && isOpaque(b) ? 0 : 1;
  const kind = { channels: (colours + alpha) as ChannelCount, depth };
  return [inKind(atDepth(a, depth), kind), inKind(atDepth(b, depth), kind)];
}

function isOpaque({ channels, depth, data }: Raster): boolean {
  if (channels % 2 === 1) return true;
  const peak = peakOf(depth);
  for (let i = channels - 1; i < data.length; i += channels) if (data[i] !== peak) return false;
  return true;
}

/** Samples of 16 bits are rounded to the nearest of 8; those of 8 keep their share of the peak in 16. */
export function atDepth(raster: Raster, depth: BitDepth): Raster {
  if (raster.depth === depth) return raster;
  const data =
    depth === 8
      ? Uint8Array.from(raster.data, (sample) => Math.round(sample / 257))
      : Uint16Array.from(raster.data, (sample) => 257 * sample);
  return { ...raster, depth, data };
}

/** Bits per sample of a picture as a codec gets it: those that it has, as far as the codec holds them. */
export function depthWithin(codec: { readonly depth: BitDepth }, picture: Pick<Raster, 'depth'>): BitDepth {
  return Math.min(codec.depth, picture.depth) as BitDepth;
}

function convert(pixel: Uint8Array | Uint16Array, channels: ChannelCount, opaque: number): number[] {
  const count = pixel.length > 2 ? 3 : 1;
  const alpha = pixel[count] ?? opaque;
  const colours = colourSamples([...pixel.subarray(0, count)], channels > 2 ? 3 : 1);
  return channels % 2 === 0 ? [...colours, alpha] : colours;
}

function colourSamples(colours: number[], count: 1 | 3): number[] {
  if (colours.length === count) return colours;
  const mean = Math.round(colours.reduce((sum, value) => sum + value) / colours.length);
  return Array.from({ length: count }, () => mean);
}
