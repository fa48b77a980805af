/** @file The start of a fit: SIREN's initialisation (Sitzmann et al. 2020, section 3.2), drawn anew for each expert. */

import { seededRandom } from './random.ts';
import {
  type FieldSpec,
  inputWidth,
  type LayerSpec,
  parameterCount,
  type Tensor,
  tensorsOf,
} from './spec.ts';

/**
 * Weights of the first layer: U(±1/n), of the others U(±√(6/n)/ω), n the layer's inputs and ω the frequency that its
 * own sine applies (the last, linear layer takes that of the layer before). Biases: U(±1/√n).
 * @param seed any 32-bit integer
 */
export function initialParameters(spec: FieldSpec, seed: number): Float32Array {
  const random = seededRandom(seed);
  const parameters = new Float32Array(parameterCount(spec));
  for (const tensor of tensorsOf(spec)) {
    const bound = initialBound(spec, tensor);
    for (let i = 0; i < tensor.length; i++) parameters[tensor.offset + i] = (2 * random() - 1) * bound;
  }
  return parameters;
}

function initialBound(spec: FieldSpec, tensor: Tensor): number {
  const inputs = tensor.layer === 0 ? inputWidth(spec) : (spec.layers[tensor.layer - 1] as LayerSpec).width;
  if (tensor.kind === 'bias') return 1 / Math.sqrt(inputs);
  if (tensor.layer === 0) return 1 / inputs;
  return Math.sqrt(6 / inputs) / frequencyOf(spec, tensor.layer);
}

function frequencyOf(spec: FieldSpec, layer: number): number {
  const { activation } = spec.layers[layer] as LayerSpec;
  if (activation.kind === 'sine') return activation.omega;
  return layer > 0 ? frequencyOf(spec, layer - 1) : 1;
}
