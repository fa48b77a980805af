/** @file What the shell is told. README.md has the table for users. */

import { type ErrorCode, LoecError } from '../errors.ts';

export const OK = 0;
export const INTERNAL = 1;

const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  E_USAGE: 2,
  E_INPUT: 3,
  E_FORMAT: 4,
  E_UNSUPPORTED: 5,
  E_OVERWRITE: 6,
  E_TARGET: 7,
  E_LIMIT: 8,
  E_ENGINE: 9,
  /** 128 + SIGINT, as shells have it. */
  E_ABORTED: 130,
};

export const INTERRUPTED = EXIT_CODES.E_ABORTED;

/** The exit code of a failure; anything but a LoecError is our fault. */
export function exitCodeOf(error: unknown): number {
  return error instanceof LoecError ? EXIT_CODES[error.code] : INTERNAL;
}
