/** @file Quantization as the loss sees it, and Adam, both on the flat parameter vector. */

import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import { MAX_INTEGER } from '../../field/quantizer.ts';
import type { FieldSpec } from '../../field/spec.ts';
import type { AdamConstants } from '../adam.ts';
import { ADAM, type CoordinateState, perParameter } from '../coordinates.ts';
import type { TensorFlow } from './backend.ts';

/** Quantization on the device. */
export class Quantizer {
  readonly #tf: TensorFlow;
  /** [parameters]: 0 where there is no step. */
  readonly #steps: Tensor1D;

  /** @param steps one per tensor, 0 to leave it as it is */
  constructor(tf: TensorFlow, spec: FieldSpec, steps: Float32Array) {
    this.#tf = tf;
    this.#steps = tf.tensor1d(perParameter(spec, steps));
  }

  /** Q(θ) = ⌊θ/step + ½⌋ · step where there is a step, else θ. */
  apply(theta: Tensor1D): Tensor1D {
    const integers = theta.div(this.#steps).add(0.5).floor().clipByValue(-MAX_INTEGER, MAX_INTEGER);
    return this.#tf.where(this.#steps.greater(0), integers.mul(this.#steps), theta) as Tensor1D;
  }

  dispose(): void {
    this.#steps.dispose();
  }
}

/** Adam's state (Kingma and Ba 2015, algorithm 1). Not an interface, which `tf.tidy` would not return. */
export type AdamState<T extends Tensor = Tensor1D> = {
  readonly theta: T;
  readonly firstMoment: T;
  readonly secondMoment: T;
};

export function uploadState(tf: TensorFlow, state: CoordinateState): AdamState {
  return {
    theta: tf.tensor1d(state.parameters.slice()),
    firstMoment: tf.tensor1d(state.firstMoments.slice()),
    secondMoment: tf.tensor1d(state.secondMoments.slice()),
  };
}

export function downloadState(
  { theta, firstMoment, secondMoment }: AdamState,
  stepsTaken: number,
): CoordinateState {
  return {
    parameters: theta.dataSync() as Float32Array,
    firstMoments: firstMoment.dataSync() as Float32Array,
    secondMoments: secondMoment.dataSync() as Float32Array,
    stepsTaken,
  };
}

export function disposeState({ theta, firstMoment, secondMoment }: AdamState<Tensor>): void {
  for (const tensor of [theta, firstMoment, secondMoment]) tensor.dispose();
}

/** @param step from 1 */
export function adamStep<T extends Tensor>(
  state: AdamState<T>,
  gradient: T,
  learningRate: number,
  step: number,
  { beta1, beta2, epsilon }: AdamConstants = ADAM,
): AdamState<T> {
  const firstMoment = state.firstMoment.mul<T>(beta1).add<T>(gradient.mul(1 - beta1));
  const secondMoment = state.secondMoment.mul<T>(beta2).add<T>(gradient.square().mul(1 - beta2));
  const mean = firstMoment.div(1 - beta1 ** step);
  const deviation = secondMoment.div(1 - beta2 ** step).sqrt();
  const theta = state.theta.sub<T>(mean.mul(learningRate).div(deviation.add(epsilon)));
  return { theta, firstMoment, secondMoment };
}
