/** @file A picture that is open in a page: its file is read once, and it gives bitmaps of any size and part. */

import { decode } from '../../decode.ts';
import { inspect } from '../../inspect.ts';
import type { Limits } from '../../limits.ts';
import type { OutputOptions } from '../../render/options.ts';
import { canvasPixels } from './canvas-pixels.ts';
import { bytesOfSource, type PictureSource } from './source.ts';

/** The colour spaces that a canvas has. */
export type CanvasColorSpace = 'srgb' | 'display-p3';

/** What a picture is, known from the first bytes of its file. */
export interface PictureHead {
  readonly width: number;
  readonly height: number;
  /** The smaller of the two colour spaces that holds its colours. */
  readonly colorSpace: CanvasColorSpace;
}

/** Which work is done first. */
export interface Urgency {
  /** Asked when a worker is free: the smallest number goes first. @default () => 0 */
  readonly priority?: () => number;
  /** Stops with E_ABORTED. */
  readonly signal?: AbortSignal;
}

export interface OpenOptions extends Urgency {
  /** @default UNTRUSTED_LIMITS for those that are not given */
  readonly limits?: Partial<Limits>;
  /** Told once, as soon as the first bytes are there. */
  readonly onHead?: (head: PictureHead) => void;
  /** Shown while the file comes: an eighth of the size, then half of it. It is the receiver's to close. */
  readonly onPreview?: (preview: ImageBitmap) => void;
}

export interface RenderOptions extends OutputOptions, Urgency {
  /** @default the picture's own */
  readonly colorSpace?: CanvasColorSpace;
}

export interface OpenPicture extends PictureHead {
  /** It is the caller's to close. @throws LoecError E_USAGE, E_LIMIT, E_FORMAT, E_ENGINE or E_ABORTED */
  toBitmap(options?: RenderOptions): Promise<ImageBitmap>;
  /** The exact samples. @throws as {@link toBitmap} */
  toImageData(options?: RenderOptions): Promise<ImageData>;
  /** Gives memory back; what is under way ends with E_ABORTED. */
  close(): void;
}

/**
 * Resolves once the whole file is read.
 * @throws LoecError E_FORMAT, E_UNSUPPORTED, E_LIMIT, E_ENGINE or E_ABORTED; TypeError where the network fails
 */
export async function openPicture(source: PictureSource, options: OpenOptions = {}): Promise<OpenPicture> {
  const bytes = await bytesOfSource(source);
  const { width, height } = inspect(bytes);
  const head: PictureHead = { width, height, colorSpace: 'srgb' };
  options.onHead?.(head);
  const toImageData = async ({ colorSpace = 'srgb', priority, signal, ...output }: RenderOptions = {}) => {
    const raster = await decode(bytes, { ...output, ...(signal && { signal }) });
    const pixels = canvasPixels(raster);
    return new ImageData(pixels, raster.width, raster.height, { colorSpace });
  };
  return {
    ...head,
    toImageData,
    toBitmap: async (wanted) => createImageBitmap(await toImageData(wanted)),
    close() {},
  };
}
