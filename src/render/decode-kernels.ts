/** @file What the decoding module exports. */

import type { LayerKernels } from '../field/affine-maps.ts';

export interface DecodeKernels extends LayerKernels {
  readonly evaluate: (problem: number) => void;
  readonly evaluateTile: (tile: number) => void;
}
