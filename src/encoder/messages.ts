/** @file What the thread of an encode and the thread that asks for it say to each other. */

import { type ErrorCode, LoecError } from '../errors.ts';
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

/** An error as a message: what threads copy of one has no code. */
export interface Failure {
  /** null for a fault of ours. */
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: string | null;
}

export function failureOf(error: unknown): Failure {
  const { message, stack, cause } = error instanceof Error ? error : new Error(String(error));
  const code = error instanceof LoecError ? error.code : null;
  return { code, message, stack, cause: cause === undefined ? null : String(cause) };
}

/** The error again. */
export function errorOf({ code, message, stack, cause }: Failure): Error {
  const options = cause === null ? {} : { cause };
  const error = code === null ? new Error(message, options) : new LoecError(code, message, options);
  if (stack) error.stack = stack;
  return error;
}

/** Where memory can't be had. */
export function memoryError(cause: unknown): LoecError {
  const message = 'the machine has not the memory that the encode of this picture takes: use a smaller one';
  return new LoecError('E_LIMIT', message, { cause });
}
