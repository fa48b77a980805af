/** @file The context model in TensorFlow ops: the bits of latents given those before them. */

import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { MIN_MASS } from '../../../field/constants.ts';
import { type ContextInput, cellAlong, LOG_SCALE } from '../../../field/context.ts';
import type { AffineMap, Model, Plane } from '../../../field/model.ts';
import type { TensorFlow } from '../backend.ts';
import { affine } from '../model.ts';

/**
 * The bits of all latents.
 * @param parameters of the context model
 * @param latents one tensor per plane, [height, width], integers or near to them
 */
export function bitsOf(
  tf: TensorFlow,
  { planes, context }: Model,
  parameters: Tensor1D,
  latents: readonly Tensor2D[],
): Scalar {
  const bits = planes.map((plane) => {
    const inputs = contextsOf(tf, context.inputs, plane, latents); // [latents of the plane, inputs]
    const [mean, logScale] = predict(tf, context.layers, parameters, inputs);
    const values = latents[plane.index] as Tensor2D;
    return laplaceBits(tf, values.flatten(), mean, logScale).sum();
  });
  return tf.addN(bits) as Scalar;
}

/** c of every latent of a plane. */
function contextsOf(
  tf: TensorFlow,
  inputs: readonly ContextInput[],
  { sources, index }: Plane,
  latents: readonly Tensor2D[],
): Tensor2D {
  const own = latents[index] as Tensor2D;
  const cells = inputs.map((input, i) => {
    const source = latents[sources[i] ?? -1];
    return source ? cellsOf(tf, input, source, own.shape) : tf.zerosLike(own);
  });
  return tf.stack(
    cells.map((plane) => plane.flatten()),
    1,
  ) as Tensor2D;
}

/** Cells of zeros around a plane, as far as inputs see beyond its edges. */
const MARGIN = 4;

/** The cells that an input is for the latents of a plane of `shape`. */
function cellsOf(
  tf: TensorFlow,
  { levels, dy, dx, towardsY, towardsX }: ContextInput,
  source: Tensor2D,
  shape: [number, number],
): Tensor2D {
  const padded = tf.pad(source, [
    [MARGIN, MARGIN],
    [MARGIN, MARGIN],
  ]);
  if (levels === 0) return padded.slice([MARGIN + dy, MARGIN + dx], shape);
  const along = (count: number, offset: number, towards: boolean): Tensor1D =>
    tf.tensor1d(
      Int32Array.from({ length: count }, (_, at) => MARGIN + cellAlong(at, levels, offset, towards)),
      'int32',
    );
  return tf.gather(tf.gather(padded, along(shape[0], dy, towardsY), 0), along(shape[1], dx, towardsX), 1);
}

/** μ and log b: [latents] each. */
function predict(
  tf: TensorFlow,
  layers: readonly AffineMap[],
  parameters: Tensor1D,
  c: Tensor2D,
): [mean: Tensor1D, logScale: Tensor1D] {
  const layer = (index: number, inputs: Tensor2D): Tensor2D => {
    const { weight, bias } = layers[index] as AffineMap;
    return affine(tf, parameters, weight, bias, inputs);
  };
  const first = tf.relu(layer(0, c));
  const second = tf.relu(first.add(layer(1, first))) as Tensor2D;
  const [mean, scale] = tf.unstack(layer(2, tf.concat([second, c], 1)), 1) as [Tensor1D, Tensor1D];
  return [mean, tf.clipByValue(scale.sub(LOG_SCALE.shift), LOG_SCALE.min, LOG_SCALE.max)];
}

/** −log₂ of the mass of [q − ½, q + ½] under Laplace distributions. */
function laplaceBits(tf: TensorFlow, q: Tensor1D, mean: Tensor1D, logScale: Tensor1D): Tensor1D {
  const distance = q.sub(mean).abs();
  const slope = tf.exp(logScale.neg());
  const near = tf.exp(distance.sub(0.5).abs().mul(slope).neg());
  const far = tf.exp(distance.add(0.5).mul(slope).neg());
  // Where the bin holds the mean, 1 − (near + far)/2, else (near − far)/2.
  const holdsMean = tf.step(tf.sub(0.5, distance));
  const mass = near.sub(far).div(2).add(tf.sub(1, near).mul(holdsMean));
  return tf.log(tf.maximum(mass, MIN_MASS)).div(-Math.LN2);
}
