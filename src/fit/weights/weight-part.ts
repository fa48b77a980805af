/** @file Fitted weights before they are integers. */

import type { Tensor } from '../../field/spec.ts';
import type { Curvature } from './curvature.ts';

/** A vector of parameters: those of a field, or of a context model. */
export interface WeightPart {
  /** Weights and biases in turn, one affine map after the other. */
  readonly tensors: readonly Tensor[];
  /** Flat; copied. */
  readonly fitted: Float32Array;
  /** What tensors may be differences from, flat; null for nothing. */
  readonly start: Float32Array | null;
  /** The step index that each tensor begins with. */
  readonly stepIndices: readonly number[];
  /** [affine map][expert]: what rounding costs. */
  readonly curvatures: readonly (readonly Curvature[])[];
}

/** A tensor with its place in the file. */
export interface CodedTensor {
  readonly tensor: Tensor;
  /** Index of the part whose parameters its offset is of. */
  readonly part: number;
}
