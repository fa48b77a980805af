/** @file The verbs of `loec/web` that decode: a file to what pages show. */

import { optionError } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import type { CanvasPixels } from '../colours/canvas.ts';
import { blobOf } from './blob.ts';
import type { Wanted } from './messages.ts';
import { BLOB_RULES, OPEN_RULES, RENDER_RULES } from './option-rules.ts';
import type { BlobOptions, OpenOptions, RenderOptions } from './options.ts';
import { openRemotePicture, type RemotePicture } from './remote-picture.ts';
import type { PictureSource } from './source.ts';

/** How a file is read, and what is wanted of it. */
export interface DecodeToOptions extends OpenOptions, RenderOptions {}

export interface DecodeToBlobOptions extends DecodeToOptions, BlobOptions {}

const RULES = { ...OPEN_RULES, ...RENDER_RULES };

/** The exact samples. @throws LoecError E_INPUT, E_USAGE, E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ENGINE or E_ABORTED */
export async function decodeToImageData(
  source: PictureSource,
  options: DecodeToOptions = {},
): Promise<ImageData> {
  checkOptions('decodeToImageData', options, RULES);
  return decodeWith(source, options, (picture, wanted) => picture.toImageData(wanted));
}

/** @throws as {@link decodeToImageData} */
export async function decodeToBitmap(
  source: PictureSource,
  options: DecodeToOptions = {},
): Promise<ImageBitmap> {
  checkOptions('decodeToBitmap', options, RULES);
  return decodeWith(source, options, (picture, wanted) => picture.toBitmap(wanted));
}

/**
 * A file that every browser reads, in the picture's colour space.
 * @param type what the browser's canvas writes: image/png, image/jpeg, in most image/webp
 * @throws as {@link decodeToImageData}; E_UNSUPPORTED for other types
 */
export async function decodeToBlob(
  source: PictureSource,
  type = 'image/png',
  options: DecodeToBlobOptions = {},
): Promise<Blob> {
  checkOptions('decodeToBlob', options, { ...RULES, ...BLOB_RULES });
  if (typeof type !== 'string') throw optionError('type', 'a text like image/png', type);
  const as: Wanted['as'] = { type, quality: options.quality };
  return decodeWith(source, options, async (picture, wanted) => {
    const rendered = await picture.render(as, wanted);
    return rendered instanceof Blob ? rendered : blobOf(rendered as CanvasPixels, as);
  });
}

async function decodeWith<Value>(
  source: PictureSource,
  options: DecodeToOptions,
  render: (picture: RemotePicture, wanted: RenderOptions) => Promise<Value>,
): Promise<Value> {
  const picture = await openRemotePicture(source, options);
  try {
    return await render(picture, ofRendering(options));
  } finally {
    picture.close();
  }
}

function ofRendering(options: DecodeToOptions): RenderOptions {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name in RENDER_RULES));
}
