/** @file The field in TensorFlow ops: the readable statement of the mathematics. */

import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { expertOf, type Samples } from '../../field/selectors.ts';
import {
  type Activation,
  expertCount,
  type FieldSpec,
  pairs,
  type Tensor,
  tensorsOf,
} from '../../field/spec.ts';
import type { TensorFlow } from './backend.ts';

/** Positions on the device: z⁰ and, per layer and expert, who uses it. */
export interface Inputs {
  /** [count, 2] */
  readonly coordinates: Tensor2D;
  readonly masks: Masks;
}

/** [layer][expert]: [count, 1], 1 where the position takes the expert, else 0; empty for a single expert. */
export type Masks = readonly (readonly Tensor2D[])[];

export function uploadInputs(tf: TensorFlow, spec: FieldSpec, { coordinates, tuples }: Samples): Inputs {
  return {
    coordinates: tf.tensor2d(coordinates, [tuples.length, 2]),
    masks: uploadMasks(tf, spec, tuples),
  };
}

export function uploadMasks(tf: TensorFlow, spec: FieldSpec, tuples: Uint32Array): Masks {
  const maskOf = (layer: number, expert: number): Tensor2D =>
    tf.tensor2d(
      Float32Array.from(tuples, (tuple) => Number(expertOf(tuple, layer) === expert)),
      [tuples.length, 1],
    );
  return spec.layers.map(({ selector }, layer) => {
    const experts = expertCount(selector);
    return experts === 1 ? [] : Array.from({ length: experts }, (_, expert) => maskOf(layer, expert));
  });
}

export function disposeInputs({ coordinates, masks }: Inputs): void {
  coordinates.dispose();
  disposeMasks(masks);
}

export function disposeMasks(masks: Masks): void {
  for (const mask of masks.flat()) mask.dispose();
}

/**
 * The field's layers.
 * @param parameters flat, in the order of `tensorsOf`
 * @param input z⁰: [count, inputs of the first layer]
 * @returns [count, channels]
 */
export function applyLayers(
  tf: TensorFlow,
  spec: FieldSpec,
  parameters: Tensor1D,
  input: Tensor2D,
  masks: Masks,
): Tensor2D {
  const tensors = pairs(tensorsOf(spec));
  let z = input; // [count, inputs of the layer]
  for (const [layer, { activation }] of spec.layers.entries()) {
    const [weight, bias] = tensors[layer] as [Tensor, Tensor];
    z = activate(tf, activation, experts(tf, parameters, weight, bias, z, masks[layer] as Masks[number]));
  }
  return z;
}

function activate(tf: TensorFlow, activation: Activation, u: Tensor2D): Tensor2D {
  switch (activation.kind) {
    case 'sine':
      return tf.sin(u.mul(activation.omega));
    case 'snake':
      return u.add(tf.sin(u).square());
    case 'linear':
      return u;
  }
}

/** Σₑ maskₑ · (z Wₑᵀ + bₑ): [count, rows] */
function experts(
  tf: TensorFlow,
  parameters: Tensor1D,
  weight: Tensor,
  bias: Tensor,
  z: Tensor2D,
  masks: Masks[number],
): Tensor2D {
  if (masks.length === 0) return affine(tf, parameters, weight, bias, z);
  return tf.addN(
    masks.map((mask, expert) => affine(tf, parameters, weight, bias, z, expert).mul(mask) as Tensor2D),
  );
}

/** z Wᵀ + b of one expert: [count, rows] */
export function affine(
  tf: TensorFlow,
  parameters: Tensor1D,
  weight: Tensor,
  bias: Tensor,
  z: Tensor2D,
  expert = 0,
): Tensor2D {
  const { rows, columns } = weight;
  const w = parameters
    .slice(weight.offset + expert * rows * columns, rows * columns)
    .reshape([rows, columns]);
  const b = parameters.slice(bias.offset + expert * rows, rows); // [rows]
  return tf.matMul(z, w as Tensor2D, false, true).add(b);
}
