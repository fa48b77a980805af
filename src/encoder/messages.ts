/** @file What the thread of an encode and the thread that asks for it say to each other. */

import { LoecError } from '../errors.ts';
import type { Failure } from '../failure.ts';
import type { Wish } from '../fit/journal/journal.ts';
import type { CheckedOptions, EncodeNotice } from '../fit/options.ts';
import type { EncodeProgress } from '../fit/progress.ts';
import type { Raster } from '../image/raster.ts';
import type { EncodeResult } from './encode-result.ts';

/** Options that are data, and can be sent. */
type PlainOptions = Omit<CheckedOptions, 'signal' | 'onProgress' | 'onPreview' | 'onNotice' | 'onCheckpoint'>;

/** An encode that is asked for. */
export interface Order {
  readonly raster: Raster;
  readonly options: PlainOptions;
  /** Whether somebody watches. */
  readonly wantsPreviews: boolean;
  /** null where nobody will go on with it: an abort ends the thread. */
  readonly recording: Recording | null;
}

/** How a fit is recorded, so that it can be taken up again or finish before its end. */
export interface Recording {
  /** Whether checkpoints are wanted. */
  readonly keepsCheckpoints: boolean;
}

/** What the thread is told: an encode to do, or what becomes of the one that it is at. */
export type Request = { readonly order: Order } | { readonly wish: Wish };

export type Answer =
  | { readonly kind: 'progress'; readonly progress: EncodeProgress }
  | { readonly kind: 'preview'; readonly preview: Raster }
  | { readonly kind: 'notice'; readonly notice: EncodeNotice }
  | { readonly kind: 'checkpoint'; readonly checkpoint: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'done'; readonly result: Omit<EncodeResult, 'seconds'> }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Where memory can't be had. */
export function memoryError(cause: unknown): LoecError {
  const message = 'the machine has not the memory that the encode of this picture takes: use a smaller one';
  return new LoecError('E_LIMIT', message, { cause });
}
