/** @file A picture that programs open in a page: its file is read once, and it gives bitmaps of any size and part. */

import { checkOptions } from '../../options.ts';
import type { CanvasColorSpace } from '../colours/canvas.ts';
import { OPEN_RULES, RENDER_RULES } from './option-rules.ts';
import type { OpenOptions, RenderOptions } from './options.ts';
import type { PictureHead } from './picture-head.ts';
import { openRemotePicture, type RemotePicture } from './remote-picture.ts';
import type { PictureSource } from './source.ts';

export type { CanvasColorSpace } from '../colours/canvas.ts';
export type { OpenOptions, RenderOptions } from './options.ts';
export type { PictureHead } from './picture-head.ts';
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
export async function openPicture(source: PictureSource, options: OpenOptions = {}): Promise<OpenPicture> {
  checkOptions('openPicture', options, OPEN_RULES);
  return new CheckedPicture(await openRemotePicture(source, options));
}

/** Checks what it is asked. */
class CheckedPicture implements OpenPicture {
  readonly width: number;
  readonly height: number;
  readonly colorSpace: CanvasColorSpace;
  readonly #picture: RemotePicture;

  constructor(picture: RemotePicture) {
    [this.width, this.height, this.colorSpace] = [picture.width, picture.height, picture.colorSpace];
    this.#picture = picture;
  }

  async toBitmap(options: RenderOptions = {}): Promise<ImageBitmap> {
    checkOptions('a picture', options, RENDER_RULES);
    return this.#picture.toBitmap(options);
  }

  async toImageData(options: RenderOptions = {}): Promise<ImageData> {
    checkOptions('a picture', options, RENDER_RULES);
    return this.#picture.toImageData(options);
  }

  close(): void {
    this.#picture.close();
  }
}
