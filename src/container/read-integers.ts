/** @file Quantized weights, as the fields of any input have them. */

import { decodeWeights } from '../entropy/weights.ts';
import { damaged } from '../errors.ts';
import type { Tensor } from '../field/spec.ts';
import type { Steps } from '../time-slices.ts';
import { stepIndicesOf } from './codes.ts';
import type { QuantizedWeights } from './contents.ts';

/** @param steps as in the header @throws LoecError E_FORMAT */
export function* readIntegers(
  steps: readonly number[],
  tensors: readonly Tensor[],
  payload: Uint8Array,
): Steps<QuantizedWeights> {
  if (steps.length !== tensors.length) throw damaged(`${steps.length} steps for ${tensors.length} tensors`);
  return {
    kind: 'quantized',
    stepIndices: stepIndicesOf(steps),
    integers: yield* decodeWeights(payload, tensors),
  };
}
