/** @file Samples of a picture as a canvas takes them. */

import { type Chunk, type Picture, peakOf, type Raster } from '../../image/raster.ts';
import type { CanvasPixels } from './messages.ts';
import type { CanvasColorSpace } from './picture-head.ts';

/** The colour space that a canvas for the picture has. */
export async function ownColorSpace(_colour: readonly Chunk[]): Promise<CanvasColorSpace> {
  return 'srgb';
}

/** @param colorSpace undefined for the picture's own */
export async function toCanvas(
  raster: Raster,
  colorSpace: CanvasColorSpace | undefined,
  _signal: AbortSignal,
): Promise<CanvasPixels> {
  const { width, height, colour } = raster;
  const space = colorSpace ?? (await ownColorSpace(colour));
  return { width, height, colorSpace: space, data: canvasPixels(raster) };
}

/** RGBA of 8 bits, straight alpha. */
export function canvasPixels({
  width,
  height,
  channels,
  depth,
  data,
}: Picture): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * width * height);
  const perLevel = peakOf(depth) / 255;
  const colours = channels < 3 ? 1 : 3;
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++)
      pixels[4 * i + c] = (data[i * channels + Math.min(c, colours - 1)] as number) / perLevel;
    pixels[4 * i + 3] = channels % 2 === 0 ? (data[(i + 1) * channels - 1] as number) / perLevel : 255;
  }
  return pixels;
}
