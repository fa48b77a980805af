/**
 * @file What every engine does: evaluate a field at positions, and fit one to colours by Adam on the mean squared
 * error. All engines pass the same conformance suite (`test/engine/conformance.ts`).
 */

import type { Samples } from '../field/selectors.ts';
import type { Field, FieldSpec } from '../field/spec.ts';

export type EngineName = 'wasm' | 'tfjs';

export interface Engine {
  readonly name: EngineName;
  /** What the engine runs on, for people: for example `wasm relaxed-simd, 2 threads`. */
  readonly description: string;
  /** The field's outputs at the positions: [count, channels], not clipped. */
  evaluate(field: Field, samples: Samples): Promise<Float32Array>;
  /** Opens a fit. Its memory lives until `dispose`. */
  fit(problem: FitProblem): Promise<FitSession>;
  /** Ends threads and frees device memory; the engine can't be used after it. */
  dispose(): Promise<void>;
}

export interface FitProblem {
  readonly spec: FieldSpec;
  readonly samples: Samples;
  /** [count, channels]: the colours to reach, in [−1, 1]. */
  readonly targets: Float32Array;
  /** The start, in the order of `tensorsOf`; copied. */
  readonly parameters: Float32Array;
  /**
   * Into how many stratified mini-batches the positions are dealt (1: every step sees all). Each batch holds its
   * share of every tuple of experts, spread over the picture. An engine may round the number down for small problems.
   */
  readonly batches: number;
}

/**
 * How parameters are seen by the loss: θ as it is, or Q(θ), θ rounded to multiples of its tensor's step. The gradient is
 * always taken at what the loss sees and applied to θ (straight-through estimator, Bengio et al. 2013).
 */
export interface Quantization {
  /** One step per tensor, in the order of `tensorsOf`; 0 leaves the tensor as it is. */
  readonly steps: Float32Array;
  /** One weight per tensor: `penalties[t]` · Σ|θ| is added to the loss, the slope of a Laplace rate. */
  readonly penalties: Float32Array;
}

/** One Adam step (Kingma and Ba 2015; β₁ 0.9, β₂ 0.999, ε 1e-8). */
export interface Step {
  readonly learningRate: number;
  /** The mini-batch to use, from 0; taken modulo the number of batches. */
  readonly batch: number;
}

export interface FitSession {
  /** Batches in use: at most what the problem asked for. */
  readonly batches: number;
  /** From here on the loss sees Q(θ); `null` goes back to θ. */
  setQuantization(quantization: Quantization | null): void;
  /**
   * Takes the steps in order.
   * @returns per step the mean squared error over its batch, all channels, before its update
   */
  train(steps: readonly Step[]): Promise<Float32Array>;
  /** The mean squared error at Q(θ), over all positions or over those of one mini-batch; without the penalties. */
  loss(batch?: number): Promise<number>;
  /** The gradient of `loss` with respect to what it sees, all positions, without the penalties. */
  gradient(): Promise<Float32Array>;
  /** θ (not Q(θ)), in the order of `tensorsOf`. */
  readParameters(): Float32Array;
  /** Replaces θ; Adam's moments stay. */
  writeParameters(parameters: Float32Array): void;
  /** Forgets Adam's moments and step count. */
  resetOptimizer(): void;
  dispose(): void;
}

export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
