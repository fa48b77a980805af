/** @file The dense maps of a field: the planes of its inputs, then those of each layer's outputs. */

import { type FieldSpec, outputWidth, pairs, type Tensor, tensorsOf } from '../../field/spec.ts';
import { type DenseMap, tensorsOfMap } from './shaders/dense.ts';

/** @param toInputs whether the gradient at the field's inputs is wanted, in their planes */
export function fieldMaps(spec: FieldSpec, toInputs: boolean) {
  const tensors = pairs(tensorsOf(spec));
  const maps: DenseMap[] = [];
  let from = 0;
  for (const [layer, { activation }] of spec.layers.entries()) {
    const [weight, bias] = tensors[layer] as [Tensor, Tensor];
    const inputs = weight.columns;
    const back = { first: 0, count: inputs, mode: layer > 0 ? ('scale' as const) : ('set' as const) };
    maps.push({
      ...tensorsOfMap(weight, bias),
      from,
      to: from + inputs,
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
