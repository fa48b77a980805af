/** @file A job as the queue holds it: a picture, where its bytes are, and what is asked of its file. */

import type { FileOptions } from '../encode-file.ts';

/** Where a worker finds the bytes of a picture. */
export type PictureSource =
  /** In the folder that all machines see; the path is relative to its root, with / between folders. */
  | { readonly kind: 'shared'; readonly path: string }
  /** As a value in Redis, under its SHA-256. */
  | { readonly kind: 'redis' }
  /** At a signed address; results are sent to `put`, too, where that is given. */
  | { readonly kind: 'address'; readonly get: string; readonly put?: string };

export interface JobPicture {
  /** 64 hex digits, of the bytes of the file. */
  readonly sha256: string;
  /** Of the file. */
  readonly bytes: number;
  readonly source: PictureSource;
}

/** Data of a job in the queue. Whoever can write to the queue may have written it: workers take none but by `checkedJob`. */
export interface FarmJob {
  /** Of loec that asks: files depend on it. */
  readonly version: string;
  readonly picture: JobPicture;
  readonly file: FileOptions;
  /** Random, where the fit is to be done even if another one of the same has been. */
  readonly salt?: string;
}
