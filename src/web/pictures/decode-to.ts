/** @file The verbs of `loec/web` that decode: a file to what pages show. */

import { type OpenOptions, openPicture, type RenderOptions } from './open-picture.ts';
import type { PictureSource } from './source.ts';

/** How a file is read, and what is wanted of it. */
export interface DecodeToOptions extends OpenOptions, RenderOptions {}

/** The exact samples. @throws LoecError E_USAGE, E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ENGINE or E_ABORTED */
export async function decodeToImageData(
  source: PictureSource,
  options: DecodeToOptions = {},
): Promise<ImageData> {
  const picture = await openPicture(source, options);
  try {
    return await picture.toImageData(options);
  } finally {
    picture.close();
  }
}

/** @throws as {@link decodeToImageData} */
export async function decodeToBitmap(
  source: PictureSource,
  options: DecodeToOptions = {},
): Promise<ImageBitmap> {
  const picture = await openPicture(source, options);
  try {
    return await picture.toBitmap(options);
  } finally {
    picture.close();
  }
}

/** A file that every browser reads. @param type what canvases write: PNG, JPEG, WebP. @throws as {@link decodeToImageData} */
export async function decodeToBlob(
  source: PictureSource,
  type = 'image/png',
  options: DecodeToOptions = {},
): Promise<Blob> {
  const { width, height, ...image } = await decodeToImageData(source, options);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', {
    colorSpace: image.colorSpace,
  }) as OffscreenCanvasRenderingContext2D;
  context.putImageData(new ImageData(image.data, width, height, { colorSpace: image.colorSpace }), 0, 0);
  return canvas.convertToBlob({ type });
}
