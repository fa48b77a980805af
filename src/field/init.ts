/**
 * @file The start of a fit of a coordinate field: SIREN's initialisation (Sitzmann et al. 2020, section 3.2), drawn anew for each expert. Files refer
 * to it by its seed (formats/loe.md, section 11), so it never changes, and it has the same bits everywhere: binary64 sums, products, quotients and square
 * roots, rounded to binary32 at last.
 */

import { finish, type Steps } from '../time-slices.ts';
import { seededRandom } from './random.ts';
import { EXPERTS, type FieldSpec, type LayerSpec, type Tensor, tensorsOf, valueCount } from './spec.ts';

/** How wide the parameters of a start are spread: bounds of uniform distributions. */
export interface Spread {
  /** By what those of weights behind the first layer are multiplied. */
  readonly gain: number;
  /** Of the biases of a layer with so many inputs. */
  readonly biasBound: (inputs: number) => number;
}

/** As published. */
export const PUBLISHED: Spread = { gain: 1, biasBound: (inputs) => 1 / Math.sqrt(inputs) };

/**
 * In the starts of files. Smaller weights are cheaper, and a fit by SOAP gets 0.1 to 0.2 dB further from them; biases, which hardly move, are
 * as wide whatever the width of the layers, so that a field that has been widened still lies near its start.
 */
export const OF_FILES: Spread = { gain: 0.5, biasBound: () => 0.2 };

/** x and y. */
const INPUTS = 2;

/** Units that a layer may have, and numbers that are set apart for each of them. */
const MOST_UNITS = 1024;

/**
 * Weights of the first layer: U(±1/n), of the others U(±gain·√(6/n)/ω), n the layer's inputs and ω the frequency that its
 * own sine applies (the last, linear layer takes that of the layer before). Biases: U(±biasBound(n)), with 1/√n as published.
 * @param seed 0 … 2^32 − 1
 * @param spread `OF_FILES` where a file is to refer to the start
 * @returns flat, in the order of `tensorsOf`
 */
export function initialParameters(spec: FieldSpec, seed: number, spread = PUBLISHED): Float32Array {
  const tensors = tensorsOf(spec);
  const parameters = new Float32Array(valueCount(tensors));
  for (const tensor of tensors) finish(initializeTensor(parameters, spec, tensor, seed, spread));
  return parameters;
}

/** Writes those of one tensor to their places in `parameters`, a row at a time. A unit's random numbers do not depend on what else there is. */
export function* initializeTensor(
  parameters: Float32Array,
  spec: FieldSpec,
  tensor: Tensor,
  seed: number,
  spread: Spread,
): Steps {
  const { layer, kind, experts, rows, columns, offset } = tensor;
  const bound = boundOf(spec, tensor, spread);
  let next = offset;
  for (let expert = 0; expert < experts; expert++) {
    const place = EXPERTS * (2 * layer + (kind === 'bias' ? 1 : 0)) + expert;
    for (let row = 0; row < rows; row++) {
      const random = seededRandom(seed, MOST_UNITS * (MOST_UNITS * place + row));
      for (let column = 0; column < columns; column++) parameters[next++] = (2 * random() - 1) * bound;
      yield;
    }
  }
}

function boundOf(spec: FieldSpec, { layer, kind }: Tensor, { gain, biasBound }: Spread): number {
  const inputs = spec.layers[layer - 1]?.width ?? INPUTS;
  if (kind === 'bias') return biasBound(inputs);
  return layer === 0 ? 1 / inputs : (gain * Math.sqrt(6 / inputs)) / frequencyOf(spec, layer);
}

function frequencyOf(spec: FieldSpec, layer: number): number {
  const { activation } = spec.layers[layer] as LayerSpec;
  if (activation.kind === 'sine') return activation.omega;
  return layer > 0 ? frequencyOf(spec, layer - 1) : 1;
}
