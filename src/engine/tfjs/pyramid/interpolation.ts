/** @file What the field reads of the latent grids: each interpolated at all pixels, as a product with a matrix per axis. */

import type { Tensor2D } from '@tensorflow/tfjs';
import { gridSize, tapsAt } from '../../../field/pyramid.ts';
import type { TensorFlow } from '../backend.ts';

/** [height, cells] and [width, cells]: the weight of every cell of an axis at every pixel. */
export interface Interpolation {
  readonly rows: Tensor2D;
  readonly columns: Tensor2D;
}

/** The matrices of grids 1 … `grids` − 1; the first grid is read as it is. */
export function uploadInterpolations(
  tf: TensorFlow,
  { width, height }: { width: number; height: number },
  grids: number,
): Interpolation[] {
  return Array.from({ length: grids - 1 }, (_, i) => {
    const size = gridSize(width, height, i + 1);
    return {
      rows: splineMatrix(tf, height, size.height, i + 1),
      columns: splineMatrix(tf, width, size.width, i + 1),
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

export function disposeInterpolations(interpolations: readonly Interpolation[]): void {
  for (const { rows, columns } of interpolations) {
    rows.dispose();
    columns.dispose();
  }
}

/**
 * @param latents one tensor per grid, [height, width] of the grid
 * @returns [pixels, grids]
 */
export function interpolate(
  tf: TensorFlow,
  latents: readonly Tensor2D[],
  interpolations: readonly Interpolation[],
): Tensor2D {
  const planes = latents.map((grid, level) => {
    const interpolation = interpolations[level - 1];
    if (!interpolation) return grid;
    return tf.matMul(tf.matMul(interpolation.rows, grid), interpolation.columns, false, true);
  });
  return tf.stack(
    planes.map((plane) => plane.flatten()),
    1,
  ) as Tensor2D;
}
