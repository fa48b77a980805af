/** @file Which way of coding a tensor is shorter: as it is, or as the difference from a start. */

import { quantize } from '../../field/quantizer.ts';
import type { Tensor } from '../../field/spec.ts';

/**
 * Whether a tensor's differences from the start have fewer bits than the tensor itself, by Σ log₂(1 + |q|) of the nearest integers q; not so where both
 * have as many, since a start costs some bytes of the header.
 * @param values flat, as the tensor's offset is
 * @param start likewise
 */
export function isShorterFromStart(
  values: Float32Array,
  start: Float32Array,
  tensor: Tensor,
  quantizationStep: number,
): boolean {
  const differences = values.map((value, i) => value - (start[i] as number));
  return (
    bitsOf(quantize(differences, tensor, quantizationStep)) <
    bitsOf(quantize(values, tensor, quantizationStep))
  );
}

function bitsOf(integers: Int32Array): number {
  return integers.reduce((sum, integer) => sum + Math.log2(1 + Math.abs(integer)), 0);
}
