/** @file What `loec compare` and its thread say to each other. */

import type { Failure } from '../../failure.ts';
import type { Raster } from '../../image/raster.ts';

/** Two pictures in one kind. */
export interface Pair {
  readonly a: Raster;
  readonly b: Raster;
}

/** Scores by metric, or why there are none. */
export type ScoreAnswer = { readonly scores: Record<string, number> } | { readonly failure: Failure };
