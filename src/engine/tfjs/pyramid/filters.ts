/** @file The residual 3×3 filters after the last layer. */

import type { Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import type { AffineMap } from '../../../field/model.ts';
import type { Tensor } from '../../../field/spec.ts';
import type { TensorFlow } from '../backend.ts';

/** z ← z + b + Σ W[dy, dx] z(p + (dx, dy)), filter by filter, on [height, width, channels]. */
export function applyFilters(
  tf: TensorFlow,
  filters: readonly AffineMap[],
  parameters: Tensor1D,
  z: Tensor3D,
): Tensor3D {
  let filtered = z;
  for (const { weight, bias } of filters) {
    const kernel = kernelOf(parameters, weight);
    const change = tf.conv2d(replicateEdges(tf, filtered), kernel, 1, 'valid');
    filtered = filtered.add(change).add(parameters.slice(bias.offset, bias.length));
  }
  return filtered;
}

/** [3, 3, channels in, channels out] from [channels out, channels in, 3, 3]. */
function kernelOf(parameters: Tensor1D, { offset, length, rows }: Tensor): Tensor4D {
  const weights = parameters.slice(offset, length).reshape([rows, rows, 3, 3]) as Tensor4D;
  return weights.transpose([2, 3, 1, 0]);
}

/** One pixel more on all sides. (`mirrorPad` would do, but its gradient leaves out the copies, as of tfjs 4.22.) */
function replicateEdges(tf: TensorFlow, z: Tensor3D): Tensor3D {
  const widen = (values: Tensor3D, axis: 0 | 1): Tensor3D => {
    const edge = (at: number): Tensor3D => tf.gather(values, [at], axis);
    return tf.concat([edge(0), values, edge((values.shape[axis] as number) - 1)], axis);
  };
  return widen(widen(z, 0), 1);
}
