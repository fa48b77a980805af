/** @file What a worker and the process that fits for it tell each other. */

import type { EncodeProgress } from '../../encode.ts';
import type { EncodedFile, FileOptions, Note } from '../../encode-file.ts';
import type { Failure } from '../../failure.ts';

/** A picture to fit. */
export interface FitOrder {
  readonly kind: 'fit';
  /** Of the picture's file. */
  readonly bytes: Uint8Array;
  readonly file: FileOptions;
  readonly threads: number;
  /** The checkpoint to go on from; null to begin anew. */
  readonly resume: Uint8Array | null;
}

/** The fit is to stop at the next moment that suits, and to tell where it stands. */
export interface FitStop {
  readonly kind: 'stop';
}

export type ToFit = FitOrder | FitStop;

/** How a fit is going. */
export type FitNews =
  | { readonly kind: 'progress'; readonly progress: EncodeProgress }
  | { readonly kind: 'note'; readonly note: Note }
  /** Whether it goes on from the checkpoint that it was given. */
  | { readonly kind: 'resume'; readonly isAccepted: boolean }
  | { readonly kind: 'checkpoint'; readonly bytes: Uint8Array };

/** How a fit has ended. */
export type FitEnd =
  | { readonly kind: 'done'; readonly made: EncodedFile }
  | { readonly kind: 'failed'; readonly failure: Failure };

export type FromFit = FitNews | FitEnd;
