/** @file A wider field that draws the same picture, so that a fit goes on with it. */

import { type FieldSpec, type Tensor, tensorsOf } from '../../field/spec.ts';

/**
 * The parameters in a field whose layers are as wide or wider (Net2Net, Chen et al. 2016): new units begin as in `start`, and nothing behind
 * them sees them yet.
 * @param start parameters of the field `to`
 */
export function widened(
  from: FieldSpec,
  parameters: Float32Array,
  to: FieldSpec,
  start: Float32Array,
): Float32Array {
  const result = start.slice();
  const sources = tensorsOf(from);
  for (const [i, tensor] of tensorsOf(to).entries()) {
    placeTensor(sources[i] as Tensor, parameters, tensor, result);
  }
  return result;
}

function placeTensor(from: Tensor, values: Float32Array, to: Tensor, result: Float32Array): void {
  for (let expert = 0; expert < from.experts; expert++) {
    for (let row = 0; row < from.rows; row++) {
      const source = from.offset + (expert * from.rows + row) * from.columns;
      const target = to.offset + (expert * to.rows + row) * to.columns;
      result.fill(0, target, target + to.columns);
      result.set(values.subarray(source, source + from.columns), target);
    }
  }
}
