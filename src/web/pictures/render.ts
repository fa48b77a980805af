/** @file From pixels to what pages show or keep, in a worker or in the page. */

import { LoecError } from '../../errors.ts';
import { bitmapOf, imageDataOf } from './bitmap.ts';
import type { BlobKind, CanvasPixels, Rendered, Wanted } from './messages.ts';

/** @returns the pixels where this thread has no means to make anything else of them */
export async function render(pixels: CanvasPixels, as: Wanted['as']): Promise<Rendered> {
  if (as === 'pixels') return pixels;
  if (as === 'bitmap') return typeof createImageBitmap === 'undefined' ? pixels : bitmapOf(pixels);
  return typeof OffscreenCanvas === 'undefined' && typeof document === 'undefined'
    ? pixels
    : blobOf(pixels, as);
}

/** @throws LoecError E_UNSUPPORTED for a type that the browser does not write */
export async function blobOf(pixels: CanvasPixels, { type, quality }: BlobKind): Promise<Blob> {
  const { width, height, colorSpace } = pixels;
  const canvas =
    typeof OffscreenCanvas === 'undefined'
      ? Object.assign(document.createElement('canvas'), { width, height })
      : new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { colorSpace }) as CanvasRenderingContext2D;
  context.putImageData(imageDataOf(pixels), 0, 0);
  const blob = await ('convertToBlob' in canvas
    ? canvas.convertToBlob({ type, ...(quality !== undefined && { quality }) })
    : new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality)));
  if (blob?.type === type) return blob;
  throw new LoecError(
    'E_UNSUPPORTED',
    `this browser writes no ${JSON.stringify(type)}: image/png, image/jpeg and image/webp are likely`,
  );
}
