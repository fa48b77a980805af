/** @file What the thread of an encode and the thread that asks for it say to each other. */

import { LoecError } from '../errors.ts';
import type { Failure } from '../failure.ts';
import type { CheckedOptions, EncodeNotice } from '../fit/options.ts';
import type { EncodeProgress } from '../fit/progress.ts';
import type { Raster } from '../image/raster.ts';
import type { EncodeResult } from './encode-picture.ts';

/** An encode that is asked for. */
export interface Order {
  readonly raster: Raster;
  readonly options: Omit<CheckedOptions, 'signal' | 'onProgress' | 'onNotice'>;
}

export type Answer =
  | { readonly kind: 'progress'; readonly progress: EncodeProgress }
  | { readonly kind: 'notice'; readonly notice: EncodeNotice }
  | { readonly kind: 'done'; readonly result: Omit<EncodeResult, 'seconds'> }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Where memory can't be had. */
export function memoryError(cause: unknown): LoecError {
  const message = 'the machine has not the memory that the encode of this picture takes: use a smaller one';
  return new LoecError('E_LIMIT', message, { cause });
}
