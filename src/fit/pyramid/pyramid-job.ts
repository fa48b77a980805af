/** @file What a pyramid fit is asked for. */

import type { Model } from '../../field/model.ts';
import type { DerivedSegmentation } from '../../field/segmentation.ts';
import type { Raster } from '../../image/raster.ts';
import type { PyramidEffort } from './effort.ts';
import type { PyramidStart } from './start.ts';
import type { Target } from './target.ts';

export interface PyramidJob {
  readonly raster: Raster;
  readonly preset: string;
  /** Of a picture of the raster's size. */
  readonly model: Model;
  /** Present where a layer is selected by it. */
  readonly segmentation: DerivedSegmentation | null;
  /** What the file is coded against. */
  readonly start: PyramidStart;
  readonly target: Target;
  readonly effort: PyramidEffort;
  readonly seed: number;
  /** For trials of latents, which no engine does. */
  readonly threads: number;
  readonly signal: AbortSignal | undefined;
}
