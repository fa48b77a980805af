/** @file What the field reads of the latent planes: each interpolated at all pixels, as a product with a matrix per axis. */

import type { Tensor2D } from '@tensorflow/tfjs';
import type { Model } from '../../../field/model.ts';
import { tapsAt } from '../../../field/pyramid.ts';
import type { TensorFlow } from '../backend.ts';

/** [height, cells] and [width, cells]: the weight of every cell of an axis at every pixel. */
export interface Interpolation {
  readonly rows: Tensor2D;
  readonly columns: Tensor2D;
}

/** One per plane; null where a plane is read as it is. */
export type Interpolations = readonly (Interpolation | null)[];

export function uploadInterpolations(tf: TensorFlow, model: Model): Interpolations {
  return model.planes.map(({ level, reading, width, height }) => {
    if (reading === 'direct') return null;
    return {
      rows: splineMatrix(tf, model.height, height, level),
      columns: splineMatrix(tf, model.width, width, level),
    };
  });
}

function splineMatrix(tf: TensorFlow, pixels: number, cells: number, level: number): Tensor2D {
  const matrix = new Float32Array(pixels * cells);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const { first, weights } = tapsAt(pixel, level);
    for (const [tap, weight] of weights.entries()) {
      const at = pixel * cells + Math.min(Math.max(first + tap, 0), cells - 1);
      matrix[at] = (matrix[at] as number) + weight;
    }
  }
  return tf.tensor2d(matrix, [pixels, cells]);
}

export function disposeInterpolations(interpolations: Interpolations): void {
  for (const interpolation of interpolations) {
    interpolation?.rows.dispose();
    interpolation?.columns.dispose();
  }
}

/**
 * @param latents one tensor per plane, [height, width] of the plane
 * @returns [pixels, planes]
 */
export function interpolate(
  tf: TensorFlow,
  latents: readonly Tensor2D[],
  interpolations: Interpolations,
): Tensor2D {
  const seen = latents.map((plane, i) => {
    const interpolation = interpolations[i];
    if (!interpolation) return plane;
    return tf.matMul(tf.matMul(interpolation.rows, plane), interpolation.columns, false, true);
  });
  return tf.stack(
    seen.map((plane) => plane.flatten()),
    1,
  ) as Tensor2D;
}
