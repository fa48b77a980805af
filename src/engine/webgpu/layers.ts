/** @file The dense maps of a field: the planes of its inputs, then those of each layer's outputs. */

import { expertCount, type FieldSpec, outputWidth, pairs, type Tensor, tensorsOf } from '../../field/spec.ts';
import type { DenseMap } from './shaders/dense.ts';

export interface FieldMaps {
  readonly maps: readonly DenseMap[];
  readonly planes: number;
  /** The first plane of the last layer's outputs. */
  readonly outputPlane: number;
}

/** @param toInputs whether the gradient at the field's inputs is wanted, in their planes */
export function fieldMaps(spec: FieldSpec, toInputs: boolean): FieldMaps {
  const tensors = pairs(tensorsOf(spec));
  const maps: DenseMap[] = [];
  let from = 0;
  for (const [layer, { selector, activation }] of spec.layers.entries()) {
    const [weight, bias] = tensors[layer] as [Tensor, Tensor];
    const { rows: outputs, columns: inputs } = weight;
    const back = { first: 0, count: inputs, mode: layer > 0 ? ('scale' as const) : ('set' as const) };
    maps.push({
      inputs,
      outputs,
      from,
      to: from + inputs,
      experts: expertCount(selector),
      weight: weight.offset,
      bias: bias.offset,
      layer,
      activation: activation.kind,
      omega: activation.kind === 'sine' ? activation.omega : 1,
      residual: false,
      back: layer > 0 || toInputs ? [back] : [],
    });
    from += inputs;
  }
  return { maps, planes: from + outputWidth(spec), outputPlane: from };
}
