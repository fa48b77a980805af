/** @file What libpng makes of a file, by way of sharp, in a form that every kind of picture can be brought to. */

import sharp from 'sharp';
import { type BitDepth, peakOf, type Raster } from '../../../src/image/raster.ts';

/** [height, width, 4] at the picture's depth. */
export function expanded({ data, channels, depth }: Raster): number[] {
  const out: number[] = [];
  for (let i = 0; i < data.length; i += channels) {
    const pixel = data.subarray(i, i + channels);
    const colours = channels < 3 ? [pixel[0], pixel[0], pixel[0]] : pixel.slice(0, 3);
    out.push(...(colours as number[]), channels % 2 === 0 ? (pixel[channels - 1] ?? 0) : peakOf(depth));
  }
  return out;
}

/** The same of a file. */
export async function expandedBySharp(bytes: Uint8Array, depth: BitDepth): Promise<number[]> {
  if (depth === 8) return [...(await sharp(bytes).toColourspace('srgb').ensureAlpha().raw().toBuffer())];
  const raw = await sharp(bytes).toColourspace('rgb16').ensureAlpha().raw({ depth: 'ushort' }).toBuffer();
  return [...new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2)];
}
