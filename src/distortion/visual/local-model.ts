/** @file From a gradient and how D curves to a local model. */

import type { LocalModel } from '../distortion.ts';

/** Below all weights but those of samples that D does not depend on. */
const LEAST_WEIGHT = 1e-20;

/**
 * D ≈ c + Σ wᵢ (ŷᵢ − tᵢ)² with the gradient that it has: tᵢ = ŷᵢ − gᵢ/(2wᵢ).
 * @param outputs become the targets: a large picture's arrays are most of the memory
 * @param reach over the way from the outputs to these targets
 */
export function localModelAt(
  outputs: Float32Array,
  gradient: Float32Array,
  weights: Float32Array,
  reach = 1,
): LocalModel {
  for (let i = 0; i < outputs.length; i++) {
    const weight = Math.max(LEAST_WEIGHT, weights[i] as number);
    const output = outputs[i] as number;
    const target = Math.fround(output - (gradient[i] as number) / (2 * weight));
    outputs[i] = output + reach * (target - output);
  }
  return { weights, targets: outputs };
}
