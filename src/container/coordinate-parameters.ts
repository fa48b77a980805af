/** @file The parameters of a field of coordinates; loaded where there is one, which pages need not. */

import { allocate } from '../allocate.ts';
import { assert } from '../errors.ts';
import { initializeTensor, OF_FILES } from '../field/init.ts';
import { dequantize, stepOf } from '../field/quantizer.ts';
import { tensorsOf, valueCount } from '../field/spec.ts';
import type { Steps } from '../time-slices.ts';
import type { FieldContents } from './contents.ts';

export type StoredCoordinates = Pick<FieldContents, 'spec' | 'weights' | 'start'>;

/** What a decoder evaluates: flat, in the order of `tensorsOf`. */
export function* coordinateParameters({ spec, weights, start }: StoredCoordinates): Steps<Float32Array> {
  if (weights.kind === 'float32') return weights.parameters;
  const tensors = tensorsOf(spec);
  const parameters = allocate(() => new Float32Array(valueCount(tensors)));
  for (const [i, tensor] of tensors.entries()) {
    if (weights.fromStart?.[i]) {
      assert(start !== null, 'a difference from a start that there is not');
      yield* initializeTensor(parameters, spec, tensor, start.seed, OF_FILES);
    }
    // Integers are differences from what is there: the start's values, or 0.
    const step = stepOf(weights.stepIndices[i] as number);
    dequantize(weights.integers[i] as Int32Array, tensor, step, parameters, parameters);
    yield;
  }
  return parameters;
}
