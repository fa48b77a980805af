/** @file From pixels to what pages draw. */

import type { CanvasPixels } from './messages.ts';

export function imageDataOf({ data, width, height, colorSpace }: CanvasPixels): ImageData {
  return new ImageData(data, width, height, { colorSpace });
}

export function bitmapOf(pixels: CanvasPixels): Promise<ImageBitmap> {
  return createImageBitmap(imageDataOf(pixels));
}
