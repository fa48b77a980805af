/** @file Adam, on the flat parameter vector or on latents. */

import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import type { AdamConstants } from '../adam.ts';
import { ADAM, type AdamCoordinateState } from '../coordinates.ts';
import type { TensorFlow } from './backend.ts';

/** Adam's state (Kingma and Ba 2015, algorithm 1). Not an interface, which `tf.tidy` would not return. */
export type AdamState<T extends Tensor = Tensor1D> = {
  readonly theta: T;
  readonly firstMoment: T;
  readonly secondMoment: T;
};

export function uploadState(tf: TensorFlow, state: AdamCoordinateState): AdamState {
  return {
    theta: tf.tensor1d(state.parameters.slice()),
    firstMoment: tf.tensor1d(state.firstMoments.slice()),
    secondMoment: tf.tensor1d(state.secondMoments.slice()),
  };
}

export function downloadState(
  { theta, firstMoment, secondMoment }: AdamState,
  stepsTaken: number,
): AdamCoordinateState {
  return {
    optimizer: 'adam',
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
