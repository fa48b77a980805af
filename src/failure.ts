/** @file Errors as messages between threads: what these copy of an error has no code. */

import { type ErrorCode, LoecError } from './errors.ts';

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
