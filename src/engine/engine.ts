/**
 * @file What every engine does: evaluate a field at positions, and fit one to colours by Adam on the mean squared
 * error, or a pyramid field to a picture (`pyramid.ts`). All engines pass the same conformance suites
 * (`test/engine/conformance.ts`, `test/engine/pyramid-conformance.ts`).
 */

import type { Samples } from '../field/selectors.ts';
import type { Field, FieldSpec } from '../field/spec.ts';
import { ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON } from './constants.ts';
import type { PyramidProblem, PyramidSession } from './pyramid.ts';

export const ENGINE_NAMES = ['wasm', 'webgpu', 'tfjs'] as const;
export type EngineName = (typeof ENGINE_NAMES)[number];

export interface Engine {
  readonly name: EngineName;
  /** What the engine runs on, for people: for example `wasm, relaxed simd, 2 threads`. */
  readonly description: string;
  /** The field's outputs at the positions: [count, channels], not clipped. */
  evaluate(field: Field, samples: Samples): Promise<Float32Array>;
  /** Opens a fit. Its memory lives until `dispose`. */
  fit(problem: FitProblem): Promise<FitSession>;
  /** Opens a fit of a pyramid field. Its memory lives until `dispose`. */
  fitPyramid(problem: PyramidProblem): Promise<PyramidSession>;
  /** Ends threads and frees device memory; the engine can't be used after it. */
  dispose(): Promise<void>;
}

export interface FitProblem {
  readonly spec: FieldSpec;
  readonly samples: Samples;
  /** [count, channels]: the colours to reach, in [−1, 1]. */
  readonly targets: Float32Array;
  /** Where the fit begins or goes on; copied. */
  readonly start: FitState;
  /**
   * Into how many stratified mini-batches the positions are dealt (1: every step sees all). Each batch holds its
   * share of every tuple of experts, spread over the picture. An engine may round the number down for small problems.
   */
  readonly batches: number;
}

/** Where a fit stands: what another session needs to go on as if it were the same. */
export interface FitState {
  /** θ (not Q(θ)), in the order of `tensorsOf`. */
  readonly parameters: Float32Array;
  /** Adam's moments, in the same order. */
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
  /** Adam steps behind the moments. */
  readonly stepsTaken: number;
}

/** The state of a fit that has not begun. */
export function initialState(parameters: Float32Array): FitState {
  const zeros = new Float32Array(parameters.length);
  return { parameters, firstMoments: zeros, secondMoments: zeros, stepsTaken: 0 };
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
  /**
   * From here on the loss sees Q(θ), θ rounded to multiples of its tensor's step; the gradient is taken there and
   * applied to θ (straight-through estimator, Bengio et al. 2013).
   * @param steps one per tensor, in the order of `tensorsOf`, 0 to leave the tensor as it is; null goes back to θ
   */
  setQuantization(steps: Float32Array | null): void;
  /**
   * Takes the steps in order.
   * @returns per step the mean squared error over its batch, all channels, before its update
   */
  train(steps: readonly Step[]): Promise<Float32Array>;
  /** The mean squared error at Q(θ), over all positions or over those of one mini-batch. */
  loss(batch?: number): Promise<number>;
  /** The gradient of `loss` with respect to what it sees, all positions. */
  gradient(): Promise<Float32Array>;
  /** θ (not Q(θ)), in the order of `tensorsOf`. */
  readParameters(): Promise<Float32Array>;
  /** Replaces θ; Adam's moments stay. */
  writeParameters(parameters: Float32Array): void;
  /** θ with Adam's state. */
  readState(): Promise<FitState>;
  dispose(): void;
}

export const ADAM = { beta1: ADAM_BETA1, beta2: ADAM_BETA2, epsilon: ADAM_EPSILON } as const;
