/**
 * @file The curvature of a coordinate field's mean squared error: exact Kronecker factors (K-FAC with the Gauss-Newton matrix, Martens & Grosse
 * 2015) over samples. A layer's gradients of all output channels make one factor, its inputs the other.
 */

import { seededRandom } from '../../field/random.ts';
import type { Samples } from '../../field/selectors.ts';
import { type Field, outputWidth } from '../../field/spec.ts';
import type { Curvature } from '../weights/curvature.ts';
import { pickSamples } from './drawn-samples.ts';
import { FieldPass, type LayerPass } from './field-pass.ts';

/** Enough samples of a picture: with sixteen times as many no step index of a field fitted to 05 or 23 of the Kodak set changes by more than 1. */
export const CURVATURE_SAMPLES = 4096;

/**
 * By affine map and expert, how the mean squared error over all samples and channels rises: about Σ Δ[r, k] A[r, s] R[k, l] Δ[s, l] by a change Δ
 * of an expert's [W b], A its `outputs` and R its `inputs`; exactly so for small changes of a bias, of the last layer, or of a field with one
 * sample. It is 0 for an expert that no sample has.
 * @param weights of their squared errors, [samples, channels]; null for 1
 * @param fromLayer the first layer that is asked for: those in front of it have 0
 */
export function fieldCurvatures(
  field: Field,
  samples: Samples,
  weights: Float32Array | null = null,
  fromLayer = 0,
): Curvature[][] {
  const pass = new FieldPass(field);
  const channels = outputWidth(field.spec);
  const sums = pass.layers.map(({ weight }) =>
    Array.from({ length: weight.experts }, () => new CurvatureSums(weight.rows, weight.columns + 1)),
  );
  const sumsOf = ({ expert }: LayerPass, i: number): CurvatureSums => sums[i]?.[expert] as CurvatureSums;
  const wanted = [...pass.layers.entries()].slice(fromLayer);
  const ones = new Float32Array(channels).fill(1);
  const count = samples.tuples.length;
  for (let at = 0; at < count; at++) {
    const [x, y] = [samples.coordinates[2 * at] as number, samples.coordinates[2 * at + 1] as number];
    pass.forward(x, y, samples.tuples[at] as number);
    const of = weights?.subarray(channels * at, channels * (at + 1)) ?? ones;
    const meanWeight = of.reduce((sum, weight) => sum + weight, 0) / channels;
    for (const [i, layer] of wanted) sumsOf(layer, i).addInputs(layer.inputs, meanWeight);
    for (let channel = 0; channel < channels; channel++) {
      pass.backward(channel, fromLayer);
      const weight = of[channel] as number;
      for (const [i, layer] of wanted) sumsOf(layer, i).addGradient(layer.gradient, weight);
    }
  }
  return sums.map((experts) => experts.map((expert) => expert.curvature(count * channels)));
}

/** Samples that stand for all. */
export interface SpreadSamples {
  /** Of each among all. */
  readonly indices: Uint32Array;
  readonly samples: Samples;
}

/** So many, spread evenly over all; all where these are no more. */
export function spreadSamples(samples: Samples, count: number): SpreadSamples {
  const indices = spreadIndices(samples.tuples.length, count);
  return { indices, samples: pickSamples(samples, indices) };
}

/** One index of each of `count` equal stretches of 0 … length − 1, at a place of its own, so that none keeps in step with a picture's rows. */
function spreadIndices(length: number, count: number): Uint32Array {
  const random = seededRandom(0);
  const taken = Math.min(length, count);
  return Uint32Array.from({ length: taken }, (_, k) => Math.floor(((k + random()) / taken) * length));
}

/** Of one expert. */
class CurvatureSums {
  readonly #outputs: Float64Array;
  readonly #inputs: Float64Array;
  readonly #rows: number;
  readonly #columns: number;
  /** Mean weights of the samples. */
  #weights = 0;

  /** @param columns the constant included */
  constructor(rows: number, columns: number) {
    this.#rows = rows;
    this.#columns = columns;
    this.#outputs = new Float64Array(rows * rows);
    this.#inputs = new Float64Array(columns * columns);
  }

  addInputs(inputs: Float64Array, weight: number): void {
    this.#weights += weight;
    addSquare(this.#inputs, inputs, weight);
  }

  addGradient(gradient: Float64Array, weight: number): void {
    addSquare(this.#outputs, gradient, weight);
  }

  /** @param count channels of all samples, whichever expert they have */
  curvature(count: number): Curvature {
    return {
      outputs: symmetric(this.#outputs, this.#rows, 1 / count),
      inputs: symmetric(this.#inputs, this.#columns, 1 / (this.#weights || 1)),
    };
  }
}

/** sum ← sum + w v vᵀ, row-major, on the diagonal and above. */
function addSquare(sum: Float64Array, v: Float64Array, w: number): void {
  const n = v.length;
  for (let i = 0; i < n; i++) {
    const value = w * (v[i] as number);
    for (let j = i, at = i * n + i; j < n; j++, at++) {
      sum[at] = (sum[at] as number) + value * (v[j] as number);
    }
  }
}

/** Of what is on the diagonal and above, times a factor. */
function symmetric(upper: Float64Array, n: number, factor: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const value = factor * (upper[i * n + j] as number);
      matrix[i * n + j] = value;
      matrix[j * n + i] = value;
    }
  }
  return matrix;
}
