/** @file A picture that is open in a page: its file is read once, and it gives bitmaps of any size and part. */

import { throwIfAborted } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import { OPEN_RULES, type OpenOptions, type RenderOptions } from './options.ts';
import type { PictureHead } from './picture-head.ts';
import { RemotePicture } from './remote-picture.ts';
import { type PictureSource, partsOf } from './source.ts';

export type { OpenOptions, RenderOptions } from './options.ts';
export type { CanvasColorSpace, PictureHead } from './picture-head.ts';
export type { Urgency } from './queue.ts';

export interface OpenPicture extends PictureHead {
  /** It is the caller's to close. @throws LoecError E_USAGE, E_LIMIT, E_FORMAT, E_ENGINE or E_ABORTED */
  toBitmap(options?: RenderOptions): Promise<ImageBitmap>;
  /** The exact samples. @throws as {@link toBitmap} */
  toImageData(options?: RenderOptions): Promise<ImageData>;
  /** Gives memory back; what is under way ends with E_ABORTED. */
  close(): void;
}

/**
 * Resolves once the whole file is there.
 * @throws LoecError E_INPUT where the server has no such file or the network fails, E_USAGE, E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ENGINE or
 * E_ABORTED
 */
export function openPicture(source: PictureSource, options: OpenOptions = {}): Promise<OpenPicture> {
  return openRemotely(source, options);
}

/** What {@link openPicture} opens, with all that the verbs need of it. @throws as it does */
export async function openRemotely(source: PictureSource, options: OpenOptions): Promise<RemotePicture> {
  checkOptions('openPicture', options, OPEN_RULES);
  throwIfAborted(options.signal);
  const parts = partsOf(source, options.signal);
  const picture = new RemotePicture(options);
  try {
    await picture.receive(parts);
    return picture;
  } catch (error) {
    picture.close();
    throw error;
  }
}
