/** @file What a page and its worker of comparisons say to each other. */

import type { Scores } from './score.ts';

export interface Comparison {
  readonly original: ImageData;
  /** What the .loe file decodes to. */
  readonly decoded: ImageData;
  /** That the others may take. */
  readonly bytes: number;
}

/** Of the .loe, then of each other codec, as they are there. */
export type Compared =
  | { readonly name: 'loec'; readonly scores: Scores }
  | {
      readonly name: string;
      readonly file: Blob;
      readonly quality: number;
      readonly scores: Scores;
    }
  | { readonly name: string; readonly reason: string };
