/** @file From pixels to what pages draw. */

import { assertHere } from '../../runtime/assert-here.ts';
import type { CanvasPixels } from '../colours/canvas.ts';
import type { Rendered } from './messages.ts';

/** @throws LoecError E_ENGINE in Node */
export function imageOf({ data, width, height, colorSpace }: CanvasPixels): ImageData {
  assertHere('ImageData');
  return new ImageData(data, width, height, { colorSpace });
}

/** @throws LoecError E_ENGINE in Node */
export async function bitmapOf(pixels: CanvasPixels): Promise<ImageBitmap> {
  assertHere('createImageBitmap');
  return createImageBitmap(imageOf(pixels));
}

/** What was asked for as a bitmap. @throws as {@link bitmapOf} */
export async function bitmapIn(rendered: Rendered): Promise<ImageBitmap> {
  return 'data' in rendered ? bitmapOf(rendered) : (rendered as ImageBitmap);
}
