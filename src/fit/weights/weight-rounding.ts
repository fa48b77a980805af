/**
 * @file Weights to integers with error feedback: weights that are not yet rounded are changed so that they compensate, as far as they can,
 * the rise of the loss that rounding the others caused. It is the nearest-plane rounding of Babai (1986) in the lattice of the curvature,
 * known for networks as GPTQ (Frantar et al. 2023). With it weights may be half as precise as if each was rounded by itself.
 *
 * With the curvature A ⊗ R = (P ⊗ Q)ᵀ (D ⊗ E) (P ⊗ Q), P and Q unit lower triangular, a change Δ of [W b] costs Σ DᵣEₖ(PΔQᵀ)²ᵣₖ. Entry (r,
 * k) of PΔQᵀ depends on Δ up to row r and column k, so each weight in turn brings its own entry near 0.
 */

import { traceOf } from '../../engine/matrices.ts';
import { integerOf } from '../../field/quantizer.ts';
import type { Tensor } from '../../field/spec.ts';
import { DAMPING } from './calibration.ts';
import { affineMapOf, type Curvature } from './curvature.ts';

/** Integers of an affine map's two tensors. */
export interface AffineMapIntegers {
  readonly weight: Int32Array;
  readonly bias: Int32Array;
}

export class AffineMapRounding {
  readonly #weight: Tensor;
  readonly #bias: Tensor;
  /** P and Q of each expert. */
  readonly #factors: readonly { readonly outputs: Float64Array; readonly inputs: Float64Array }[];

  /** @param curvatures one per expert */
  constructor(weight: Tensor, bias: Tensor, curvatures: readonly Curvature[]) {
    this.#weight = weight;
    this.#bias = bias;
    this.#factors = curvatures.map(({ outputs, inputs }) => ({
      outputs: unitLower(damped(outputs, weight.rows), weight.rows),
      inputs: unitLower(damped(inputs, weight.columns + 1), weight.columns + 1),
    }));
  }

  /** @param values of all parameters that the affine map is among */
  round(
    values: Float32Array,
    quantizationSteps: { readonly weight: number; readonly bias: number },
  ): AffineMapIntegers {
    const { rows, columns } = this.#weight;
    const integers = { weight: new Int32Array(this.#weight.length), bias: new Int32Array(this.#bias.length) };
    for (const [expert, { outputs, inputs }] of this.#factors.entries()) {
      const errors = new Errors(rows, columns + 1, outputs, inputs);
      const matrix = affineMapOf(values, this.#weight, this.#bias, expert);
      for (let r = 0, at = 0; r < rows; r++) {
        const row = expert * rows + r;
        for (let k = 0; k <= columns; k++, at++) {
          const value = matrix[at] as number;
          const quantizationStep = k < columns ? quantizationSteps.weight : quantizationSteps.bias;
          const integer = integerOf(value + errors.entry(r, k), quantizationStep);
          errors.add(r, k, value - integer * quantizationStep);
          if (k < columns) integers.weight[row * columns + k] = integer;
          else integers.bias[row] = integer;
        }
      }
    }
    return integers;
  }
}

/** Errors of rounding so far: Δ, row after row. */
class Errors {
  readonly #columns: number;
  readonly #outputs: Float64Array;
  readonly #inputs: Float64Array;
  readonly #errors: Float64Array;
  /** ΔQᵀ */
  readonly #mixed: Float64Array;

  constructor(rows: number, columns: number, outputs: Float64Array, inputs: Float64Array) {
    this.#columns = columns;
    this.#outputs = outputs;
    this.#inputs = inputs;
    this.#errors = new Float64Array(rows * columns);
    this.#mixed = new Float64Array(rows * columns);
  }

  /** Entry (r, k) of PΔQᵀ as long as weight (r, k) has no error. */
  entry(r: number, k: number): number {
    const columns = this.#columns;
    const rows = this.#errors.length / columns;
    let sum = 0;
    for (let i = 0; i < k; i++) {
      sum += (this.#inputs[k * columns + i] as number) * (this.#errors[r * columns + i] as number);
    }
    this.#mixed[r * columns + k] = sum;
    for (let s = 0; s < r; s++) {
      sum += (this.#outputs[r * rows + s] as number) * (this.#mixed[s * columns + k] as number);
    }
    return sum;
  }

  /** Called once for every weight, right after `entry`. */
  add(r: number, k: number, error: number): void {
    const at = r * this.#columns + k;
    this.#errors[at] = error;
    this.#mixed[at] = (this.#mixed[at] as number) + error;
  }
}

/** Where there is no curvature at all, no direction is better than another. */
function damped(matrix: Float64Array, n: number): Float64Array {
  const trace = traceOf(matrix, n);
  const more = trace > 0 ? (DAMPING * trace) / n : 1;
  return matrix.map((value, at) => (at % (n + 1) === 0 ? value + more : value));
}

/** P of a positive definite matrix PᵀDP, P unit lower triangular and D diagonal; row-major. */
export function unitLower(matrix: Float64Array, n: number): Float64Array {
  const rest = matrix.slice();
  const factor = new Float64Array(n * n);
  for (let i = n - 1; i >= 0; i--) {
    const pivot = rest[i * n + i] as number;
    for (let j = 0; j <= i; j++) factor[i * n + j] = (rest[i * n + j] as number) / pivot;
    for (let j = 0; j < i; j++) {
      const scaled = pivot * (factor[i * n + j] as number);
      for (let k = 0; k < i; k++) {
        rest[j * n + k] = (rest[j * n + k] as number) - scaled * (factor[i * n + k] as number);
      }
    }
  }
  return factor;
}
