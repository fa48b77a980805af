/** @file Samples of what a browser can draw: files that it decodes, bitmaps. */

import { allocate } from '../../allocate.ts';
import { LoecError } from '../../errors.ts';
import type { Raster, Size } from '../../image/raster.ts';
import { assertHere } from '../../runtime/assert-here.ts';
import { nextTurn } from '../../time-slices.ts';

/** Pixels that are drawn at a time: some milliseconds. */
const STRIP_PIXELS = 2 ** 19;

/** Levels by which a way through sRGB changes colours of sRGB, at most: two roundings. */
const ROUNDING = 2;

/** Display P3 with the curve of sRGB, full range (ITU-T H.273: 12, 13). */
const DISPLAY_P3 = { type: 'cICP', data: Uint8Array.of(12, 13, 0, 1) };

/**
 * Upright, of 8 bits, in sRGB, or in Display P3 where it has colours outside of sRGB. Colours under alpha are as exact as a canvas keeps them.
 * @throws LoecError E_INPUT for what the browser does not decode, E_USAGE for a bitmap that is closed, E_LIMIT, E_ENGINE in Node
 */
export async function rasterOf(source: ImageBitmapSource): Promise<Raster> {
  for (const name of ['createImageBitmap', 'OffscreenCanvas']) assertHere(name);
  const bitmap = source instanceof ImageBitmap ? source : await decoded(source);
  if (bitmap.width === 0) throw new LoecError('E_USAGE', 'expected a bitmap that is not closed');
  try {
    const isWide = await exceedsSrgb(bitmap);
    return await readBitmap(bitmap, isWide ? 'display-p3' : 'srgb');
  } finally {
    if (bitmap !== source) bitmap.close();
  }
}

async function decoded(source: ImageBitmapSource): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(source);
  } catch (cause) {
    throw new LoecError('E_INPUT', 'the browser can not read this picture', { cause });
  }
}

interface Strip extends Size {
  readonly top: number;
}

function* stripsOf({ width, height }: Size): Generator<Strip> {
  const rows = Math.max(1, Math.floor(STRIP_PIXELS / width));
  for (let top = 0; top < height; top += rows) yield { top, width, height: Math.min(rows, height - top) };
}

async function exceedsSrgb(bitmap: ImageBitmap): Promise<boolean> {
  for (const { top, width, height } of stripsOf(bitmap)) {
    const size = { width, height };
    const wide = contextOf(size, 'display-p3');
    wide.drawImage(bitmap, 0, -top);
    const narrow = contextOf(size, 'srgb');
    narrow.drawImage(bitmap, 0, -top);
    const back = contextOf(size, 'display-p3');
    back.drawImage(narrow.canvas, 0, 0);
    if (differ(pixelsOf(wide, 'display-p3'), pixelsOf(back, 'display-p3'))) return true;
    await nextTurn();
  }
  return false;
}

function differ(a: Uint8ClampedArray, b: Uint8ClampedArray): boolean {
  return a.some((value, i) => Math.abs(value - (b[i] as number)) > ROUNDING && (a[i | 3] as number) === 255);
}

/** Without alpha where all of it is opaque. */
async function readBitmap(bitmap: ImageBitmap, colorSpace: PredefinedColorSpace): Promise<Raster> {
  const { width, height } = bitmap;
  const rgba = allocate(() => new Uint8Array(4 * width * height));
  let isOpaque = true;
  for (const strip of stripsOf(bitmap)) {
    const context = contextOf(strip, colorSpace);
    context.drawImage(bitmap, 0, -strip.top);
    const pixels = pixelsOf(context, colorSpace);
    rgba.set(pixels, 4 * width * strip.top);
    for (let i = 3; i < pixels.length && isOpaque; i += 4) isOpaque = pixels[i] === 255;
    await nextTurn();
  }
  const colour = colorSpace === 'srgb' ? [] : [DISPLAY_P3];
  const format = isOpaque
    ? ({ channels: 3, data: withoutAlpha(rgba) } as const)
    : ({ channels: 4, data: rgba } as const);
  return { width, height, depth: 8, ...format, colour, metadata: [] };
}

/** In the same memory. */
function withoutAlpha(rgba: Uint8Array): Uint8Array {
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgba[to] = rgba[from] as number;
    rgba[to + 1] = rgba[from + 1] as number;
    rgba[to + 2] = rgba[from + 2] as number;
  }
  return rgba.subarray(0, (3 * rgba.length) / 4);
}

function contextOf(
  { width, height }: Size,
  colorSpace: PredefinedColorSpace,
): OffscreenCanvasRenderingContext2D {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { colorSpace, willReadFrequently: true });
  if (!context) throw new LoecError('E_LIMIT', 'the browser has no canvas for a picture of this width');
  return context;
}

function pixelsOf(
  context: OffscreenCanvasRenderingContext2D,
  colorSpace: PredefinedColorSpace,
): Uint8ClampedArray {
  const { width, height } = context.canvas;
  return context.getImageData(0, 0, width, height, { colorSpace }).data;
}
