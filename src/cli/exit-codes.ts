/** @file What the shell is told. README.md has the table for users. */

import { constants } from 'node:os';
import { type ErrorCode, LoecError } from '../errors.ts';

export const OK = 0;
export const INTERNAL = 1;

const EXIT_CODES: Readonly<Record<Exclude<ErrorCode, 'E_ABORTED'>, number>> = {
  E_USAGE: 2,
  E_INPUT: 3,
  E_FORMAT: 4,
  E_UNSUPPORTED: 5,
  E_OVERWRITE: 6,
  E_TARGET: 7,
  E_LIMIT: 8,
  E_ENGINE: 9,
};

/** From the worst on: what is wrong with loec or the machine, with files, with what was asked of them, and what was there already. */
const BY_WEIGHT: readonly number[] = [INTERNAL, 9, 2, 3, 4, 5, 8, 7, 6, OK];

/** Of two exit codes the one that a batch ends with. */
export function worse(a: number, b: number): number {
  return BY_WEIGHT.indexOf(a) <= BY_WEIGHT.indexOf(b) ? a : b;
}

/** The exit code of a failure; anything but a LoecError is our fault. @param signal what commands hear */
export function exitCodeOf(error: unknown, signal: AbortSignal): number {
  if (!(error instanceof LoecError)) return INTERNAL;
  return error.code === 'E_ABORTED' ? interruptionCode(signal) : EXIT_CODES[error.code];
}

/** 128 and the number of the signal, as shells have it. */
export function interruptionCode({ reason }: AbortSignal): number {
  return 128 + (constants.signals[reason as NodeJS.Signals] ?? constants.signals.SIGINT);
}
