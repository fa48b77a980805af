/**
 * @file How D + λR bends around fitted weights, for their rounding: gradients under noise, and from them for each affine map [W b] the
 * curvature as a Kronecker product of one factor over its outputs and one over its inputs (K-FAC, Martens & Grosse 2015).
 */

import { matrixOf, multiply, traceOf, transposed } from '../../engine/matrices.ts';
import type { PyramidSession, PyramidWeights } from '../../engine/pyramid.ts';
import type { Tensor } from '../../field/spec.ts';
import { DAMPING, GRADIENT_NOISE } from './calibration/quantization.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { type OnWork, STEPS_PER_SAMPLE } from './work.ts';

/** Gradients of the weights, each under noise of its own. Each gives a factor as many samples as the other has rows, so few do. */
export async function sampleGradients(
  session: PyramidSession,
  { effort, seed }: PyramidJob,
  lambda: number,
  onWork: OnWork = () => {},
): Promise<readonly PyramidWeights[]> {
  const gradients: PyramidWeights[] = [];
  for (let i = 0; i < effort.samples; i++) {
    gradients.push(await session.weightGradient(lambda, { ...GRADIENT_NOISE, seed: seed + i }));
    onWork(STEPS_PER_SAMPLE);
  }
  return gradients;
}

/** Square matrices, row-major, up to a factor; the last input of the affine map is the constant that its bias is the weight of. */
export interface Curvature {
  readonly outputs: Float64Array;
  readonly inputs: Float64Array;
}

/** One per expert of an affine map. @param gradients of all parameters that the affine map is among */
export function curvaturesOf(weight: Tensor, bias: Tensor, gradients: readonly Float32Array[]): Curvature[] {
  const { rows } = weight;
  const columns = weight.columns + 1;
  const product = new Float64Array(Math.max(rows, columns) ** 2);
  return Array.from({ length: weight.experts }, (_, expert) => {
    const outputs = new Float64Array(rows * rows);
    const inputs = new Float64Array(columns * columns);
    for (const gradient of gradients) {
      const matrix = matrixOf(rows, columns, affineMapOf(gradient, weight, bias, expert));
      multiply(matrix, transposed(matrix), product);
      addTo(outputs, product);
      multiply(transposed(matrix), matrix, product);
      addTo(inputs, product);
    }
    return { outputs: damped(outputs, rows), inputs: damped(inputs, columns) };
  });
}

/** [W b] of an expert: [rows, columns + 1]. */
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

/** sum ← sum + values, as long as `sum` is. */
function addTo(sum: Float64Array, values: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (values[i] as number);
}

/** Where there is no gradient at all, no direction is better than another. */
function damped(matrix: Float64Array, n: number): Float64Array {
  const trace = traceOf(matrix, n);
  const more = trace > 0 ? (DAMPING * trace) / n : 1;
  for (let i = 0; i < n * n; i += n + 1) matrix[i] = (matrix[i] as number) + more;
  return matrix;
}
