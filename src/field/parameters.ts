/** @file The parameters of a field and of its context model. */

export interface Parameters {
  /** Flat, in the order of the field's tensors. */
  readonly field: Float32Array;
  /** Flat, in the order of the context model's tensors; empty without a pyramid. */
  readonly context: Float32Array;
}
