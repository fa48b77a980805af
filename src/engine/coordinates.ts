/** @file What an engine does for coordinate fields: fits one to colours at positions by Adam on the mean squared error. */

import type { Samples } from '../field/selectors.ts';
import { type FieldSpec, parameterCount, tensorsOf } from '../field/spec.ts';
import { ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON } from './constants.ts';

export interface CoordinateProblem {
  readonly spec: FieldSpec;
  readonly samples: Samples;
  /** [count, channels]: the target colours, in [−1, 1]. */
  readonly targets: Float32Array;
  /** Where the fit begins or goes on; copied. */
  readonly start: CoordinateState;
  /**
   * Into how many stratified mini-batches the positions are dealt (1: every step sees all). Each batch holds its
   * share of every tuple of experts, spread over the picture. An engine may round the number down for small problems.
   */
  readonly batches: number;
}

/** Where a fit stands: what another session needs to go on as if it were the same. */
export interface CoordinateState {
  /** θ (not Q(θ)), in the order of `tensorsOf`. */
  readonly parameters: Float32Array;
  /** Adam's moments, in the same order. */
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
  /** Adam steps that made the moments. */
  readonly stepsTaken: number;
}

/** The state of a fit that has not begun. */
export function initialState(parameters: Float32Array): CoordinateState {
  const zeros = new Float32Array(parameters.length);
  return { parameters, firstMoments: zeros, secondMoments: zeros, stepsTaken: 0 };
}

/** One Adam step (Kingma and Ba 2015; β₁ 0.9, β₂ 0.999, ε 1e-8). */
export interface CoordinateStep {
  readonly learningRate: number;
  /** The mini-batch to use, from 0; taken modulo the number of batches. */
  readonly batch: number;
}

export interface CoordinateSession {
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
  train(steps: readonly CoordinateStep[]): Promise<Float32Array>;
  /** The mean squared error at Q(θ), over all positions or over those of one mini-batch. */
  loss(batch?: number): Promise<number>;
  /** The gradient of `loss` with respect to what it sees, all positions. */
  gradient(): Promise<Float32Array>;
  /** θ (not Q(θ)), in the order of `tensorsOf`. */
  readParameters(): Promise<Float32Array>;
  /** Replaces θ; Adam's moments stay. */
  writeParameters(parameters: Float32Array): void;
  /** θ with Adam's state. */
  readState(): Promise<CoordinateState>;
  dispose(): void;
}

/** One value per parameter from one per tensor. */
export function perParameter(spec: FieldSpec, values: Float32Array): Float32Array {
  const spread = new Float32Array(parameterCount(spec));
  for (const [i, { offset, length }] of tensorsOf(spec).entries()) {
    spread.fill(values[i] as number, offset, offset + length);
  }
  return spread;
}

export const ADAM = { beta1: ADAM_BETA1, beta2: ADAM_BETA2, epsilon: ADAM_EPSILON } as const;
