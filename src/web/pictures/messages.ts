/** @file What the worker that decodes is asked, and answers. Each request is a call with a number; its answer has the same one. */

import type { Failure } from '../../failure.ts';
import type { Limits } from '../../limits.ts';
import type { OutputOptions } from '../../render/options.ts';
import type { CanvasColorSpace, CanvasPixels } from '../colours/canvas.ts';
import type { PictureHead } from './picture-head.ts';

/** Pictures have numbers, too: `picture` is one. */
export type Request =
  | { readonly kind: 'open'; readonly picture: number; readonly limits: Partial<Limits> }
  /** The next bytes of the file. */
  | { readonly kind: 'append'; readonly picture: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** There are no more. */
  | { readonly kind: 'end'; readonly picture: number }
  | { readonly kind: 'preview'; readonly picture: number }
  | { readonly kind: 'render'; readonly picture: number; readonly wanted: Wanted }
  | { readonly kind: 'close'; readonly picture: number };

/** What becomes of a picture: `bitmap` for what is shown, `pixels` for the exact samples, or a file that browsers read. */
export interface Wanted {
  readonly as: 'bitmap' | 'pixels' | BlobKind;
  readonly output: OutputOptions;
  /** undefined for the picture's own. */
  readonly colorSpace: CanvasColorSpace | undefined;
}

/** A file that a canvas writes. */
export interface BlobKind {
  readonly type: string;
  /** 0 … 1; undefined for the browser's own. */
  readonly quality: number | undefined;
}

/** What is known of a file so far. */
export interface Arrival {
  /** null before the header is there. */
  readonly head: PictureHead | null;
  /** Whether a preview can be made that has not been made yet. */
  readonly canPreview: boolean;
}

/** One that has been made, and whether there is another. */
export interface Preview extends Pick<Arrival, 'canPreview'> {
  /** null where more bytes are needed than have come. */
  readonly shown: Rendered | null;
}

/** Pixels stand for a bitmap or a file where the worker has no means to make it. */
export type Rendered = ImageBitmap | CanvasPixels | Blob;

export interface Answers {
  readonly open: null;
  readonly append: Arrival;
  readonly end: null;
  readonly preview: Preview;
  readonly render: Rendered;
  readonly close: null;
}

export type ToWorker =
  | { readonly call: number; readonly request: Request }
  /** Ends the call with E_ABORTED. */
  | { readonly call: number; readonly request: null };

export type FromWorker =
  /** Said once: it listens. */
  | 'ready'
  | { readonly call: number; readonly value: Answers[Request['kind']] }
  | { readonly call: number; readonly failure: Failure };
