/**
 * @file How a loss bends around fitted weights, for their rounding: for each affine map [W b] as a Kronecker product of one factor over its
 * outputs and one over its inputs (K-FAC, Martens & Grosse 2015). A change Δ of [W b] raises the loss by about Σ Δ[r, k] A[r, s] R[k, l]
 * Δ[s, l], A over outputs and R over inputs.
 */

import type { Tensor } from '../../field/spec.ts';

/** Symmetric matrices, row-major, up to a factor; the last input of the affine map is the constant that its bias is the weight of. */
export interface Curvature {
  /** [rows, rows] */
  readonly outputs: Float64Array;
  /** [columns + 1, columns + 1] */
  readonly inputs: Float64Array;
}

/** [W b] of an expert: [rows, columns + 1]. @param values of all parameters that the affine map is among */
export function affineMapOf(
  values: Float32Array,
  weight: Tensor,
  bias: Tensor,
  expert: number,
): Float64Array {
  const { rows, columns } = weight;
  const matrix = new Float64Array(rows * (columns + 1));
  for (let r = 0; r < rows; r++) {
    const from = weight.offset + (expert * rows + r) * columns;
    matrix.set(values.subarray(from, from + columns), r * (columns + 1));
    matrix[r * (columns + 1) + columns] = values[bias.offset + expert * rows + r] as number;
  }
  return matrix;
}
