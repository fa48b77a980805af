/** @file The context model in TensorFlow ops: the bits of latents given those before them. */

import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { MIN_MASS } from '../../../field/constants.ts';
import {
  COARSER_CELLS,
  type CoarserCell,
  type ContextSpec,
  contextTensors,
  LOG_SCALE,
  NEIGHBOURS,
} from '../../../field/context.ts';
import { pairs, type Tensor } from '../../../field/spec.ts';
import type { TensorFlow } from '../backend.ts';
import { affine } from '../model.ts';

/**
 * The bits of all latents.
 * @param parameters in the order of `contextTensors`
 * @param latents one tensor per grid, [height, width], integers or near to them
 */
export function bitsOf(
  tf: TensorFlow,
  spec: ContextSpec,
  parameters: Tensor1D,
  latents: readonly Tensor2D[],
): Scalar {
  const bits = latents.map((grid, level) => {
    const inputs = contextsOf(tf, spec, latents, level); // [latents of the grid, inputs]
    const [mean, logScale] = foresee(tf, spec, parameters, inputs);
    return laplaceBits(tf, grid.flatten(), mean, logScale).sum();
  });
  return tf.addN(bits) as Scalar;
}

/** Rows of zeros above a grid and columns to its left and right that causal neighbours reach. */
const REACH = {
  above: -Math.min(...NEIGHBOURS.map(([dy]) => dy)),
  left: -Math.min(...NEIGHBOURS.map(([, dx]) => dx)),
  right: Math.max(...NEIGHBOURS.map(([, dx]) => dx)),
};

/** c of every latent of a grid. */
function contextsOf(
  tf: TensorFlow,
  spec: ContextSpec,
  latents: readonly Tensor2D[],
  level: number,
): Tensor2D {
  const grid = latents[level] as Tensor2D;
  const padded = tf.pad(grid, [
    [REACH.above, 0],
    [REACH.left, REACH.right],
  ]);
  const neighbours = NEIGHBOURS.slice(0, spec.neighbours).map(([dy, dx]) =>
    padded.slice([REACH.above + dy, REACH.left + dx], grid.shape),
  );
  const coarser = COARSER_CELLS.slice(0, spec.coarser).map((cell) => {
    const values = latents[level + cell.levels];
    return values ? cellsOf(tf, cell, values, grid.shape) : tf.zerosLike(grid);
  });
  return tf.stack(
    [...neighbours, ...coarser].map((plane) => plane.flatten()),
    1,
  ) as Tensor2D;
}

/** The cell of a coarser grid of every latent: [height, width] of the finer grid. */
function cellsOf(
  tf: TensorFlow,
  { levels, towardsY, towardsX }: CoarserCell,
  coarser: Tensor2D,
  [height, width]: [number, number],
): Tensor2D {
  const padded = tf.pad(coarser, [
    [1, 1],
    [1, 1],
  ]);
  const rows = cellIndices(tf, height, levels, towardsY);
  return tf.gather(tf.gather(padded, rows, 0), cellIndices(tf, width, levels, towardsX), 1);
}

/** Along one axis, in the grid with a cell of zero before the first. */
function cellIndices(tf: TensorFlow, count: number, levels: number, towards: boolean): Tensor1D {
  const side = (at: number): number => ((at >> (levels - 1)) & 1 ? 1 : -1);
  const indices = Int32Array.from(
    { length: count },
    (_, at) => 1 + (at >> levels) + (towards ? side(at) : 0),
  );
  return tf.tensor1d(indices, 'int32');
}

/** μ and log b: [latents] each. */
function foresee(
  tf: TensorFlow,
  spec: ContextSpec,
  parameters: Tensor1D,
  c: Tensor2D,
): [mean: Tensor1D, logScale: Tensor1D] {
  const tensors = pairs(contextTensors(spec));
  const layer = (index: number, inputs: Tensor2D): Tensor2D => {
    const [weight, bias] = tensors[index] as [Tensor, Tensor];
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
