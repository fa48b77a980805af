/** @file Everything that a .loe file says, before it is bytes and after it was. */

import { dequantize, stepOf } from '../field/quantizer.ts';
import type { Segmentation } from '../field/segmentation.ts';
import { type FieldSpec, parameterCount, tensorsOf } from '../field/spec.ts';
import type { BitDepth, ChannelCount, Chunk } from '../image/raster.ts';

/** Parameters as integers times a step per tensor. */
export interface QuantizedWeights {
  readonly kind: 'quantized';
  /** One step index per tensor (`src/field/quantizer.ts`). */
  readonly stepIndices: readonly number[];
  /** One array per tensor: [experts, rows, columns]. */
  readonly levels: readonly Int32Array[];
}

/** Parameters as they were fitted. */
export interface FloatWeights {
  readonly kind: 'float32';
  /** Flat, in the order of `tensorsOf`. */
  readonly parameters: Float32Array;
}

export interface Contents {
  readonly width: number;
  readonly height: number;
  readonly channels: ChannelCount;
  readonly depth: BitDepth;
  readonly colour: readonly Chunk[];
  readonly metadata: readonly Chunk[];
  readonly spec: FieldSpec;
  readonly weights: QuantizedWeights | FloatWeights;
  /** Present where a layer is selected by it. */
  readonly segmentation: Segmentation | null;
  /** The preset that the encoder was asked for: for people. */
  readonly preset: string;
}

/** The parameters that a decoder evaluates: flat, in the order of `tensorsOf`. */
export function parametersOf({ spec, weights }: Pick<Contents, 'spec' | 'weights'>): Float32Array {
  if (weights.kind === 'float32') return weights.parameters;
  const parameters = new Float32Array(parameterCount(spec));
  for (const [i, tensor] of tensorsOf(spec).entries()) {
    const step = stepOf(weights.stepIndices[i] as number);
    dequantize(weights.levels[i] as Int32Array, tensor, step, parameters);
  }
  return parameters;
}
