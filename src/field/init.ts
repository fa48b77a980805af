/**
 * @file The start of a fit of a coordinate field: SIREN's initialisation (Sitzmann et al. 2020, section 3.2), drawn anew for each expert. Files refer
 * to it by its seed (formats/loe.md, section 11), so it never changes, and it has the same bits everywhere: binary64 sums, products, quotients and square
 * roots, rounded to binary32 at last.
 */

import { finish, type Steps } from '../time-slices.ts';
import { seededRandom } from './random.ts';
import { type FieldSpec, type LayerSpec, type Tensor, tensorsOf, valueCount } from './spec.ts';

/** By what the bounds of weights behind the first layer are multiplied: as published. */
const PUBLISHED_GAIN = 1;

/** In the starts of files: smaller weights are cheaper, and a fit by SOAP gets 0.1 to 0.2 dB further from them. */
export const FILE_GAIN = 0.5;

/** x and y. */
const INPUTS = 2;

/**
 * Weights of the first layer: U(±1/n), of the others U(±gain·√(6/n)/ω), n the layer's inputs and ω the frequency that its
 * own sine applies (the last, linear layer takes that of the layer before). Biases: U(±1/√n).
 * @param seed any 32-bit integer
 * @param gain `FILE_GAIN` where a file is to refer to the start
 * @returns flat, in the order of `tensorsOf`
 */
export function initialParameters(spec: FieldSpec, seed: number, gain = PUBLISHED_GAIN): Float32Array {
  const tensors = tensorsOf(spec);
  const parameters = new Float32Array(valueCount(tensors));
  for (const tensor of tensors) finish(initializeTensor(parameters, spec, tensor, seed, gain));
  return parameters;
}

/** Writes those of one tensor to their places in `parameters`, a row at a time. Each parameter has its own random number, whatever others are drawn. */
export function* initializeTensor(
  parameters: Float32Array,
  spec: FieldSpec,
  tensor: Tensor,
  seed: number,
  gain: number,
): Steps {
  const { offset, length, columns } = tensor;
  const random = seededRandom(seed, offset);
  const bound = boundOf(spec, tensor, gain);
  for (let i = offset; i < offset + length; i++) {
    parameters[i] = (2 * random() - 1) * bound;
    if ((i - offset) % columns === 0) yield;
  }
}

function boundOf(spec: FieldSpec, { layer, kind }: Tensor, gain: number): number {
  const inputs = spec.layers[layer - 1]?.width ?? INPUTS;
  if (kind === 'bias') return 1 / Math.sqrt(inputs);
  return layer === 0 ? 1 / inputs : (gain * Math.sqrt(6 / inputs)) / frequencyOf(spec, layer);
}

function frequencyOf(spec: FieldSpec, layer: number): number {
  const { activation } = spec.layers[layer] as LayerSpec;
  if (activation.kind === 'sine') return activation.omega;
  return layer > 0 ? frequencyOf(spec, layer - 1) : 1;
}
