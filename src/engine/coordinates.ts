/** @file What an engine does for coordinate fields: fits one to colours at positions by Adam or SOAP on a weighted mean squared error. */

import type { LocalModel } from '../distortion/distortion.ts';
import type { Samples } from '../field/selectors.ts';
import type { FieldSpec } from '../field/spec.ts';
import { ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON } from './constants.ts';
import type { SoapState } from './soap.ts';

export interface CoordinateProblem<State extends CoordinateState = CoordinateState> {
  readonly spec: FieldSpec;
  readonly samples: Samples;
  /** [count, channels]: the target colours, in [−1, 1]. */
  readonly targets: Float32Array;
  /** [count, channels]: wᵢ ≥ 0 of mean(wᵢ (ŷᵢ − tᵢ)²); null for 1. @default null */
  readonly targetWeights?: Float32Array | null;
  /** Where the fit begins or goes on, and by which optimizer; copied. */
  readonly start: State;
  /**
   * Into how many stratified mini-batches the positions are dealt (1: every step sees all). Each batch holds its
   * share of every tuple of experts, spread over the picture. An engine may round the number down for small problems.
   */
  readonly batches: number;
}

/** Where a fit stands: what another session needs to go on as if it were the same. */
export type CoordinateState = AdamCoordinateState | SoapCoordinateState;
export type CoordinateOptimizer = CoordinateState['optimizer'];

/** Adam (Kingma and Ba 2015; β₁ 0.9, β₂ 0.999, ε 1e-8), in the engine's kernels: all parameters are trained. */
export interface AdamCoordinateState {
  readonly optimizer: 'adam';
  /** θ, in the order of `tensorsOf`. */
  readonly parameters: Float32Array;
  /** Adam's moments, in the same order. */
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
  /** Adam steps that made the moments. */
  readonly stepsTaken: number;
}

/** SOAP (`soap.ts`), on the host. */
export interface SoapCoordinateState {
  readonly optimizer: 'soap';
  /** θ, in the order of `tensorsOf`. */
  readonly parameters: Float32Array;
  /** One per affine map, in the order of `mapOffsets`; null before the first step. */
  readonly maps: readonly SoapState[] | null;
  /** What `trainFrom` was told. */
  readonly trainedFrom: number;
}

/** The state of a fit that has not begun. */
export function initialState(parameters: Float32Array, optimizer: 'adam'): AdamCoordinateState;
export function initialState(parameters: Float32Array, optimizer: 'soap'): SoapCoordinateState;
export function initialState(parameters: Float32Array, optimizer: CoordinateOptimizer): CoordinateState;
export function initialState(parameters: Float32Array, optimizer: CoordinateOptimizer): CoordinateState {
  if (optimizer === 'soap') return { optimizer, parameters, maps: null, trainedFrom: 0 };
  const zeros = new Float32Array(parameters.length);
  return { optimizer, parameters, firstMoments: zeros, secondMoments: zeros, stepsTaken: 0 };
}

export interface CoordinateStep {
  readonly learningRate: number;
  /** The mini-batch to use, from 0; taken modulo the number of batches. */
  readonly batch: number;
}

/**
 * What steps aim at near outputs, which it may overwrite and return: always the same for the same outputs. All are planar,
 * [channels, count], as distortions have them.
 */
export type TargetsNear = (outputs: Float32Array) => Promise<LocalModel>;

export interface CoordinateSession {
  /** Batches in use: at most what the problem asked for. */
  readonly batches: number;
  /**
   * The steps to come change the layers from this one on alone; what SOAP remembers of those in front of it stays for later.
   * @param layer 0 … layers − 1; 0 for all
   * @throws Error where the optimizer is Adam
   */
  trainFrom(layer: number): void;
  /** Replaces the problem's targets and their weights by what follows from the outputs as they are; the optimizer's state stays. */
  retarget(near: TargetsNear): Promise<void>;
  /**
   * Takes the steps in order. SOAP's first step of a map only begins its bases.
   * @returns per step the weighted mean squared error over its batch, all channels, before its update
   */
  train(steps: readonly CoordinateStep[]): Promise<Float32Array>;
  /** The weighted mean squared error, over all positions or over those of one mini-batch. */
  loss(batch?: number): Promise<number>;
  /** The gradient of `loss`, of all parameters, also of those that are not trained. */
  gradient(batch?: number): Promise<Float32Array>;
  /** What the field makes of the samples, in their order, planar: [channels, count]. */
  outputs(): Promise<Float32Array>;
  /** θ, in the order of `tensorsOf`. */
  readParameters(): Promise<Float32Array>;
  /** Replaces θ; the optimizer's state stays. */
  writeParameters(parameters: Float32Array): void;
  /** θ with the optimizer's state. */
  readState(): Promise<CoordinateState>;
  dispose(): void;
}

export const ADAM = { beta1: ADAM_BETA1, beta2: ADAM_BETA2, epsilon: ADAM_EPSILON } as const;
