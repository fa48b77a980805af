/** @file What became of a job, as the ledger keeps it. */

import type { EncodeResult } from '../encode.ts';
import type { Note } from '../encode-file.ts';
import type { ErrorCode } from '../errors.ts';
import type { Failure } from '../failure.ts';
import {
  hasShape,
  isFlag,
  isListOf,
  isMaybe,
  isNullOr,
  isNumber,
  isOneOf,
  isSha256,
  isText,
} from './shape.ts';

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

const CODES: Readonly<Record<ErrorCode, true>> = {
  E_USAGE: true,
  E_INPUT: true,
  E_FORMAT: true,
  E_UNSUPPORTED: true,
  E_OVERWRITE: true,
  E_TARGET: true,
  E_LIMIT: true,
  E_ENGINE: true,
  E_ABORTED: true,
};

const isDone = hasShape<DoneOutcome>({
  status: isOneOf(['done']),
  file: hasShape<DoneOutcome['file']>({ sha256: isSha256, bytes: isNumber }),
  figures: hasShape<ResultFigures>({
    width: isNumber,
    height: isNumber,
    bpp: isNumber,
    psnr: (psnr) => typeof psnr === 'number',
    ssimulacra2: isMaybe(isNumber),
    tune: isText,
    preset: isText,
    engine: isNullOr(isText),
    steps: isNumber,
    isBestSoFar: isFlag,
    seconds: isNumber,
  }),
  notes: isListOf(isText),
  told: isListOf(hasShape<Note>({ text: isText, isMinor: isFlag })),
});

const isFailed = hasShape<FailedOutcome>({
  status: isOneOf(['failed']),
  failure: hasShape<Failure>({
    code: isNullOr(isOneOf(Object.keys(CODES))),
    message: isText,
    stack: isMaybe(isText),
    cause: isNullOr(isText),
  }),
});

const isCancelled = hasShape<CancelledOutcome>({ status: isOneOf(['cancelled']) });

/** @param text as {@link outcomeToText} made it; any other is that of a failure */
export function outcomeOfText(text: string): FarmOutcome {
  const outcome = parsed(text);
  if (isDone(outcome) || isFailed(outcome) || isCancelled(outcome)) return outcome;
  const message = 'the queue holds an outcome that is none: hand the picture over again';
  return { status: 'failed', failure: { code: 'E_INPUT', message, stack: undefined, cause: null } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text, (key, value) =>
      key === 'psnr' && value === INFINITE ? Number.POSITIVE_INFINITY : value,
    );
  } catch {
    return null;
  }
}
