/** @file What programs may ask of pictures in pages. */

import { type Limits, UNTRUSTED_LIMITS } from '../../limits.ts';
import type { OutputOptions } from '../../render/options.ts';
import type { CanvasColorSpace } from '../colours/canvas.ts';
import type { PictureHead } from './picture-head.ts';
import type { Urgency } from './queue.ts';

const { pixels, outputPixels, bytes, memory } = UNTRUSTED_LIMITS;

/**
 * What pages read. Their machines may be slow, and whoever waits can leave: there is no limit of time, and the one of work grows with the picture,
 * as `DEFAULT_LIMITS` have it.
 */
export const PAGE_LIMITS: Partial<Limits> = { pixels, outputPixels, bytes, memory };

export interface OpenOptions extends Urgency {
  /** @default pixels, bytes and memory of UNTRUSTED_LIMITS, and work and seconds of DEFAULT_LIMITS, for those that are not given */
  readonly limits?: Partial<Limits>;
  /** Whether two workers decode it, each of which holds all of it, where there are cores for them: for many parts of a large picture. @default false */
  readonly isParallel?: boolean;
  /** Told once, as soon as the first bytes are there. */
  readonly onHead?: (head: PictureHead) => void;
  /**
   * Shown while the file comes and before the first picture is made of it: an eighth of the size, then half of it. It is the receiver's to close.
   */
  readonly onPreview?: (preview: ImageBitmap) => void;
}

export interface RenderOptions extends OutputOptions, Urgency {
  /** @default the picture's own */
  readonly colorSpace?: CanvasColorSpace;
}

/** What a file is that a browser writes. */
export interface BlobOptions {
  /** Of JPEG and WebP, 0 … 1. @default the browser's own */
  readonly quality?: number;
}
