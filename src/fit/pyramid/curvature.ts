/** @file The curvature of D + λR around a pyramid's fitted weights, from gradients under noise. */

import { matrixOf, multiply, transposed } from '../../engine/matrices.ts';
import type { PyramidSession, PyramidWeights } from '../../engine/pyramid.ts';
import type { Tensor } from '../../field/spec.ts';
import { affineMapOf, type Curvature } from '../weights/curvature.ts';
import { GRADIENT_NOISE } from './calibration/quantization.ts';
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
    return { outputs, inputs };
  });
}

/** sum ← sum + values, as long as `sum` is. */
function addTo(sum: Float64Array, values: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (values[i] as number);
}
