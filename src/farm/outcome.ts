/** @file What became of a job, as the ledger keeps it. */

import type { EncodeResult } from '../encode.ts';
import type { Note } from '../encode-file.ts';
import type { Failure } from '../failure.ts';

/** All of a result but its bytes. */
export type ResultFigures = Omit<EncodeResult, 'file'>;

export interface DoneOutcome {
  readonly status: 'done';
  /** Of the .loe file. */
  readonly file: { readonly sha256: string; readonly bytes: number };
  readonly figures: ResultFigures;
  /** What is to be known of the picture, as `EncodedFile` has it. */
  readonly notes: readonly string[];
  /** What was told while it was fitted. */
  readonly told: readonly Note[];
}

export interface FailedOutcome {
  readonly status: 'failed';
  readonly failure: Failure;
}

/** Nobody will do it: its batch was cancelled. */
export interface CancelledOutcome {
  readonly status: 'cancelled';
}

export type FarmOutcome = DoneOutcome | FailedOutcome | CancelledOutcome;

/** JSON has no infinite numbers, and a PSNR without an error is one. */
const INFINITE = 'Infinity';

export function outcomeToText(outcome: FarmOutcome): string {
  return JSON.stringify(outcome, (_, value) => (value === Number.POSITIVE_INFINITY ? INFINITE : value));
}

/** @param text as {@link outcomeToText} made it */
export function outcomeOfText(text: string): FarmOutcome {
  return JSON.parse(text, (key, value) =>
    key === 'psnr' && value === INFINITE ? Number.POSITIVE_INFINITY : value,
  );
}
