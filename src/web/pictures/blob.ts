/** @file From pixels to files that browsers read, in a worker or in the page. */

import { LoecError } from '../../errors.ts';
import type { Size } from '../../image/raster.ts';
import { assertHere } from '../../runtime/assert-here.ts';
import type { CanvasPixels } from '../colours/canvas.ts';
import { imageOf } from './bitmap.ts';
import type { BlobKind } from './messages.ts';

/** @throws LoecError E_UNSUPPORTED for a type that the browser does not write, E_ENGINE in Node */
export async function blobOf(pixels: CanvasPixels, { type, quality }: BlobKind): Promise<Blob> {
  const { colorSpace } = pixels;
  const canvas = canvasOf(pixels);
  const context = canvas.getContext('2d', { colorSpace }) as CanvasRenderingContext2D;
  context.putImageData(imageOf(pixels), 0, 0);
  const blob = await ('convertToBlob' in canvas
    ? canvas.convertToBlob({ type, ...(quality !== undefined && { quality }) })
    : new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality)));
  if (blob?.type === type) return blob;
  throw new LoecError(
    'E_UNSUPPORTED',
    `this browser writes no ${JSON.stringify(type)}: image/png, image/jpeg and image/webp are likely`,
  );
}

function canvasOf({ width, height }: Size): HTMLCanvasElement | OffscreenCanvas {
  if ('document' in globalThis) return Object.assign(document.createElement('canvas'), { width, height });
  assertHere('OffscreenCanvas');
  return new OffscreenCanvas(width, height);
}
