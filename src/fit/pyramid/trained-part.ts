/**
 * @file Which weights a fit trains. The fewer bits of latents a file will have, the fewer weights are worth their residuals: all others stay
 * those of the learned start, whose residuals of 0 cost next to nothing (docs/experiments.md, "Weights of small pictures").
 */

import type { TrainedTensors } from '../../engine/pyramid.ts';
import type { AffineMap, Model } from '../../field/model.ts';
import { ALL_WEIGHTS_FROM, BOTH_LAYERS_FROM } from './calibration/efforts.ts';

/**
 * - `colours`: the last layer, which makes colours of features;
 * - `layers`: both layers, and the last map of the context model, which says what is expected and how surely;
 * - `all`: filters and all of the context model too.
 */
export type TrainedPart = 'colours' | 'layers' | 'all';

/** @param bits predicted of all latents */
export function trainedPartOf(bits: number): TrainedPart {
  if (bits < 8 * BOTH_LAYERS_FROM) return 'colours';
  return bits < 8 * ALL_WEIGHTS_FROM ? 'layers' : 'all';
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
