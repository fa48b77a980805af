/** @file Which way of coding a tensor is shorter: as it is, or as the difference from a start. */

import { integerOf } from '../../field/quantizer.ts';
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
  let balance = 0;
  for (let k = tensor.offset; k < tensor.offset + tensor.length; k++) {
    const value = values[k] as number;
    balance += bitsOf(integerOf(value - (start[k] as number), quantizationStep));
    balance -= bitsOf(integerOf(value, quantizationStep));
  }
  return balance < 0;
}

function bitsOf(integer: number): number {
  return Math.log2(1 + Math.abs(integer));
}
