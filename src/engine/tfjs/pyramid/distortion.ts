/** @file A distortion for automatic differentiation: in TensorFlow ops where it has a fused form, else by its value and gradient from the host. */

import type { Scalar, Tensor3D } from '@tensorflow/tfjs';
import type { FusedForms, PictureDistortion } from '../../../distortion/distortion.ts';
import { planarTargets } from '../../../distortion/planar.ts';
import type { PyramidProblem } from '../../pyramid.ts';
import type { TensorFlow } from '../backend.ts';

/** From a field's outputs, [height, width, channels], to D. */
export type DistortionOp = (outputs: Tensor3D) => Scalar;

export interface TfjsDistortion {
  /** What has the value and the gradient of D at the outputs that `compute` gives. */
  at(compute: () => Tensor3D): Promise<DistortionOp>;
  dispose(): void;
}

export function tfjsDistortion(tf: TensorFlow, { distortion, raster }: PyramidProblem): TfjsDistortion {
  const { width, height, channels } = raster;
  const shape: Shape = [channels, height, width];
  return distortion.fused
    ? new FusedDistortion(distortion.fused, tf.tensor3d(planarTargets(raster), shape))
    : new HostDistortion(tf, distortion.of(raster), shape);
}

type Shape = [channels: number, height: number, width: number];

const planarOf = (outputs: Tensor3D): Tensor3D => outputs.transpose([2, 0, 1]);

class FusedDistortion implements TfjsDistortion {
  readonly #fused: FusedForms;
  readonly #targets: Tensor3D;

  constructor(fused: FusedForms, targets: Tensor3D) {
    this.#fused = fused;
    this.#targets = targets;
  }

  async at(): Promise<DistortionOp> {
    return (outputs) => this.#fused.tfjs(planarOf(outputs), this.#targets);
  }

  dispose(): void {
    this.#targets.dispose();
  }
}

class HostDistortion implements TfjsDistortion {
  readonly #tf: TensorFlow;
  readonly #distortion: PictureDistortion;
  readonly #shape: Shape;

  constructor(tf: TensorFlow, distortion: PictureDistortion, shape: Shape) {
    this.#tf = tf;
    this.#distortion = distortion;
    this.#shape = shape;
  }

  /** D(ŷ₀) + Σ ∂D/∂ŷ · (ŷ − ŷ₀), ŷ₀ the outputs that `compute` gives. */
  async at(compute: () => Tensor3D): Promise<DistortionOp> {
    const tf = this.#tf;
    const planar = tf.tidy(() => planarOf(compute()));
    const outputs = (await planar.data()) as Float32Array;
    planar.dispose();
    const gradient = new Float32Array(outputs.length);
    const value = await this.#distortion.evaluate(outputs, gradient);
    return (near) => {
      const change = planarOf(near).sub(tf.tensor3d(outputs, this.#shape));
      return change.mul(tf.tensor3d(gradient, this.#shape)).sum().add(value) as Scalar;
    };
  }

  dispose(): void {}
}
