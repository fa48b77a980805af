/**
 * @file The one error type that callers branch on. Everything that can go wrong because of the input, the options
 * or the machine is a LoecError; any other exception is a fault of ours.
 */

import { classNameOf } from './class-name.ts';

/** What went wrong, by who can mend it. The command line maps each code to an exit code (`src/cli/exit-codes.ts`). */
export type ErrorCode =
  /** An option or an argument is out of its range, or two contradict each other. */
  | 'E_USAGE'
  /** The picture or file can't be read: missing, not a PNG, broken. */
  | 'E_INPUT'
  /** Not a .loe file, or a damaged or truncated one. */
  | 'E_FORMAT'
  /** A sound file that needs a newer or another decoder. */
  | 'E_UNSUPPORTED'
  /** The output exists and `force` was not given. */
  | 'E_OVERWRITE'
  /** The asked size, rate or quality can't be reached. */
  | 'E_TARGET'
  /** More pixels, work, memory, bytes or seconds than the limits allow, or than the machine has. */
  | 'E_LIMIT'
  /** The asked engine is not on this machine, or WebAssembly, which all need; or what it computes is no number. */
  | 'E_ENGINE'
  /** Stopped by an AbortSignal or by Ctrl-C. */
  | 'E_ABORTED';

/** An expected failure. `message` says what was expected, what was found, and what to do. */
export class LoecError extends Error {
  override readonly name = 'LoecError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Builds the error of a bad option, so that all of them read the same.
 * @param option the option as the caller wrote it, for example `scale`
 * @param expected the rule, for example `a number from 0.05 to 64`
 */
export function optionError(option: string, expected: string, received: unknown): LoecError {
  return new LoecError('E_USAGE', `expected ${expected} for ${option}, received ${describe(received)}`);
}

/** A value for people: what it is, or of an object its kind. */
function describe(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  return classNameOf(value);
}

/** Builds the error of a file that breaks the format. */
export function damaged(what: string, cause?: unknown): LoecError {
  return new LoecError('E_FORMAT', `the file is damaged: ${what}`, { cause });
}

/** The error of what an aborted signal has stopped. */
export function abortError({ reason }: AbortSignal): LoecError {
  return new LoecError('E_ABORTED', 'stopped before the end', { cause: reason });
}

/** Throws E_ABORTED once `signal` is aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/** A fault of ours: the message begins with "internal:". */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`internal: ${message}`);
}
