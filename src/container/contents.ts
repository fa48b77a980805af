/** @file Everything that a .loe file says, before it is bytes and after it was. */

import { allocate } from '../allocate.ts';
import { startOf } from '../entropy/starts.ts';
import { assert } from '../errors.ts';
import type { Enhancement } from '../field/enhancement.ts';
import type { Model } from '../field/model.ts';
import type { Parameters } from '../field/parameters.ts';
import type { Latents } from '../field/pyramid.ts';
import { dequantize, stepOf } from '../field/quantizer.ts';
import type { Segmentation } from '../field/segmentation.ts';
import { type FieldSpec, type Tensor, tensorsOf } from '../field/spec.ts';
import type { Palette } from '../image/palette.ts';
import type { Raster } from '../image/raster.ts';
import type { AlphaClasses, SampleMapping } from '../samples/mapping.ts';
import { finish, type Steps } from '../time-slices.ts';

/** Parameters as integers times a quantization step per tensor, of the tensors in the order of `weightTensors`. */
export interface QuantizedWeights {
  readonly kind: 'quantized';
  /** One step index per tensor (`src/field/quantizer.ts`). */
  readonly stepIndices: readonly number[];
  /** One array per tensor: [experts, rows, columns]. */
  readonly integers: readonly Int32Array[];
  /** Per tensor, whether its integers are differences from the start; absent where a field of coordinates has none. */
  readonly fromStart?: readonly boolean[];
}

/** Parameters as they were fitted; not with a pyramid. */
export interface FloatWeights {
  readonly kind: 'float32';
  /** Flat, in the order of `tensorsOf`. */
  readonly parameters: Float32Array;
}

/** What a pyramid field has besides its latents. */
export interface PyramidModel {
  readonly model: Model;
  /** The learned start that weights may be differences to (`src/entropy/starts.ts`); 0 for none. */
  readonly start: number;
}

/** SIREN's initialisation, which tensors of a field of coordinates may be differences from (`src/field/init.ts`). */
export interface CoordinateStart {
  /** 0 … 2^32 − 1 */
  readonly seed: number;
}

export interface PyramidContents extends PyramidModel {
  readonly latents: Latents;
}

export interface FieldContents extends Omit<Raster, 'data'> {
  readonly kind: 'field';
  /** What the field's outputs are to the samples. */
  readonly samples: SampleMapping;
  /** Present where alpha is a mask; where it is an output, absent if no pixel is transparent or opaque. */
  readonly alpha: AlphaClasses | null;
  readonly spec: FieldSpec;
  readonly weights: QuantizedWeights | FloatWeights;
  /** Of a field of coordinates, null in a file none of whose tensors is a difference from it; a pyramid has its own. */
  readonly start: CoordinateStart | null;
  /** Present where the field's input is a pyramid. */
  readonly pyramid: PyramidContents | null;
  /** Present where a layer is selected by it. */
  readonly segmentation: Segmentation | null;
  /** What is added to the field's outputs; null for nothing. */
  readonly enhancement: Enhancement | null;
  /** The preset that the encoder was asked for: for people. */
  readonly preset: string;
}

/** A picture as the colour of each pixel. */
export interface FlatContents extends Omit<Raster, 'data'> {
  readonly kind: 'flat';
  readonly palette: Palette;
  /** [height, width]: places in the palette. */
  readonly indices: Uint16Array;
  /** Whether colours between two others are soft edges, so that positions between pixels have colours between theirs. */
  readonly isAntialiased: boolean;
}

export type Contents = FieldContents | FlatContents;

/** What weights are of. */
export interface StoredModel extends Pick<FieldContents, 'spec'> {
  readonly pyramid: PyramidModel | null;
}

export interface StoredPyramid extends Pick<FieldContents, 'spec' | 'weights'> {
  readonly pyramid: PyramidModel;
}

/** The tensors of a file's weights: the field's, then those of the context model. */
export function weightTensors({ spec, pyramid }: StoredModel): readonly Tensor[] {
  return pyramid ? pyramid.model.tensors : tensorsOf(spec);
}

/** The parameters that a decoder evaluates with a pyramid. */
export function parametersOf(stored: StoredPyramid): Parameters {
  return finish(dequantized(stored));
}

/** As `parametersOf`, a tensor at a time. */
export function* dequantized({ weights, pyramid }: StoredPyramid): Steps<Parameters> {
  if (weights.kind === 'float32') return { field: weights.parameters, context: new Float32Array(0) };
  const { model, start: id } = pyramid;
  const { tensors, field, context } = model;
  const parameters = {
    field: allocate(() => new Float32Array(field.parameters)),
    context: new Float32Array(context.parameters),
  };
  const start = startOf(id, model);
  for (const [i, tensor] of tensors.entries()) {
    const part = i < field.tensors.length ? 'field' : 'context';
    const step = stepOf(weights.stepIndices[i] as number);
    const isDifference = weights.fromStart?.[i] === true;
    assert(start !== null || !isDifference, 'a difference to a start that there is not');
    const origin = isDifference ? start?.[part] : undefined;
    dequantize(weights.integers[i] as Int32Array, tensor, step, parameters[part], origin);
    yield;
  }
  return parameters;
}
