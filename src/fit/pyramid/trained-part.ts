/**
 * @file Which weights a fit trains. The fewer bits of latents a file will have, the fewer weights are worth their residuals; the others stay
 * those of the learned start, with residuals of 0 that cost next to nothing (docs/experiments.md, "Weights of small pictures").
 */

import type { TrainedTensors } from '../../engine/pyramid.ts';
import type { AffineMap, Model } from '../../field/model.ts';
import { FEW_WEIGHTS } from './calibration/efforts.ts';

/**
 * - `colours`: the last layer, which makes colours of features;
 * - `layers`: both layers, and the last map of the context model, which says what is expected and how surely;
 * - `all`: filters and all of the context model too.
 */
export type TrainedPart = 'colours' | 'layers' | 'all';

/** @param bits predicted of all latents */
export function trainedPartOf(bits: number, pixels: number): TrainedPart {
  if (pixels > FEW_WEIGHTS.pixels || bits >= 8 * FEW_WEIGHTS.allFrom) return 'all';
  return bits < 8 * FEW_WEIGHTS.bothLayersFrom ? 'colours' : 'layers';
}

export function tensorsOfPart({ field, context }: Model, part: TrainedPart): TrainedTensors {
  switch (part) {
    case 'colours':
      return { field: tensorsOf(field.layers.slice(-1)), context: [] };
    case 'layers':
      return { field: tensorsOf(field.layers), context: tensorsOf(context.layers.slice(-1)) };
    case 'all':
      return { field: field.tensors, context: context.tensors };
  }
}

function tensorsOf(maps: readonly AffineMap[]): TrainedTensors['field'] {
  return maps.flatMap(({ weight, bias }) => [weight, bias]);
}
