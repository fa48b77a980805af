/** @file Samples of a picture as a canvas takes them. */

import { allocate } from '../../allocate.ts';
import { hasAlpha, type Picture, peakOf, type Raster } from '../../image/raster.ts';
import type { Steps, TimeSlices } from '../../time-slices.ts';
import type { CanvasColorSpace, CanvasPixels } from './canvas.ts';
import { canvasSpace, isPlain } from './colour-space.ts';
import type { Converter } from './converter.ts';

/** Pixels that are made at a time: a millisecond's work. */
const STEP = 2 ** 15;

/** @param wanted undefined for the picture's own @throws LoecError E_LIMIT or E_ABORTED */
export async function toCanvas(
  raster: Raster,
  wanted: CanvasColorSpace | undefined,
  slices: TimeSlices,
): Promise<CanvasPixels> {
  const { width, height, colour } = raster;
  const colorSpace = await canvasSpace(colour, wanted);
  const convert = isPlain(colour, colorSpace)
    ? asTheyAre(raster)
    : ((await import('./colour-conversion.ts')).knownConverterTo(colorSpace, raster) ?? asTheyAre(raster));
  return { width, height, colorSpace, data: await slices.take(converted(raster, convert)) };
}

function* converted(
  { width, height, data }: Picture,
  convert: Converter,
): Steps<Uint8ClampedArray<ArrayBuffer>> {
  const count = width * height;
  const pixels = allocate(() => new Uint8ClampedArray(4 * count));
  for (let from = 0; from < count; from += STEP) {
    convert(data, pixels, from, Math.min(from + STEP, count));
    yield;
  }
  return pixels;
}

/** RGBA of 8 bits with straight alpha. */
function asTheyAre(format: Pick<Picture, 'channels' | 'depth'>): Converter {
  const { channels, depth } = format;
  // A division of bytes by 1 would take as long as all the rest.
  const levelOf = depth === 8 ? (sample: number) => sample : (sample: number) => sample / (peakOf(16) / 255);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  const alpha = hasAlpha(format) ? channels - 1 : null;
  return (samples, pixels, from, to) => {
    for (let i = from; i < to; i++) {
      const at = i * channels;
      pixels[4 * i] = levelOf(samples[at] as number);
      pixels[4 * i + 1] = levelOf(samples[at + green] as number);
      pixels[4 * i + 2] = levelOf(samples[at + blue] as number);
      pixels[4 * i + 3] = alpha === null ? 255 : levelOf(samples[at + alpha] as number);
    }
  };
}
