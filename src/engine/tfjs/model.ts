/** @file The field in TensorFlow ops: the readable statement of the mathematics. */

import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { expertOf, type Samples } from '../../field/selectors.ts';
import { expertCount, type FieldSpec, type Tensor, tensorsOf } from '../../field/spec.ts';
import type { TensorFlow } from './backend.ts';

/** Positions on the device: z⁰ and, per layer and expert, who uses it. */
export interface Inputs {
  /** [count, 2] */
  readonly coordinates: Tensor2D;
  /** [layer][expert]: [count, 1], 1 where the position takes the expert, else 0; empty for a single expert. */
  readonly masks: readonly (readonly Tensor2D[])[];
}

export function uploadInputs(tf: TensorFlow, spec: FieldSpec, { coordinates, tuples }: Samples): Inputs {
  const count = tuples.length;
  const maskOf = (layer: number, expert: number): Tensor2D =>
    tf.tensor2d(
      Float32Array.from(tuples, (tuple) => Number(expertOf(tuple, layer) === expert)),
      [count, 1],
    );
  return {
    coordinates: tf.tensor2d(coordinates, [count, 2]),
    masks: spec.layers.map(({ selector }, layer) => {
      const experts = expertCount(selector);
      return experts === 1 ? [] : Array.from({ length: experts }, (_, expert) => maskOf(layer, expert));
    }),
  };
}

export function disposeInputs({ coordinates, masks }: Inputs): void {
  coordinates.dispose();
  for (const mask of masks.flat()) mask.dispose();
}

/**
 * The field's outputs.
 * @param parameters flat, in the order of `tensorsOf`
 * @returns [count, channels]
 */
export function forward(tf: TensorFlow, spec: FieldSpec, parameters: Tensor1D, inputs: Inputs): Tensor2D {
  const tensors = tensorsOf(spec);
  let z = inputs.coordinates; // [count, inputs of the layer]
  for (const [layer, { activation }] of spec.layers.entries()) {
    const [weight, bias] = tensors.filter((tensor) => tensor.layer === layer) as [Tensor, Tensor];
    const affine = experts(tf, parameters, weight, bias, z, inputs.masks[layer] as readonly Tensor2D[]);
    z = activation.kind === 'sine' ? tf.sin(affine.mul(activation.omega)) : affine;
  }
  return z;
}

/** Σₑ maskₑ · (z Wₑᵀ + bₑ): [count, rows] */
function experts(
  tf: TensorFlow,
  parameters: Tensor1D,
  weight: Tensor,
  bias: Tensor,
  z: Tensor2D,
  masks: readonly Tensor2D[],
): Tensor2D {
  const { rows, columns } = weight;
  const affine = (expert: number): Tensor2D => {
    const w = parameters
      .slice(weight.offset + expert * rows * columns, rows * columns)
      .reshape([rows, columns]);
    const b = parameters.slice(bias.offset + expert * rows, rows); // [rows]
    return tf.matMul(z, w as Tensor2D, false, true).add(b);
  };
  if (masks.length === 0) return affine(0);
  return tf.addN(masks.map((mask, expert) => affine(expert).mul(mask) as Tensor2D));
}
