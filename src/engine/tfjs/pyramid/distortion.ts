/** @file A distortion for automatic differentiation: in TensorFlow ops where it has a fused form, else by its value and gradient from the host. */

import type { Scalar, Tensor3D } from '@tensorflow/tfjs';
import type { PictureDistortion, Place } from '../../../distortion/distortion.ts';
import { planarTargets } from '../../../distortion/planar.ts';
import type { PyramidProblem } from '../../pyramid.ts';
import type { TensorFlow } from '../backend.ts';

/** From a field's outputs, [height, width, channels], to D. */
export type DistortionOp = (outputs: Tensor3D) => Scalar;

export interface TfjsDistortion {
  /** null where ops measure D. */
  readonly host: PictureDistortion | null;
  /** What has the value and the gradient of D at the outputs that `compute` gives. */
  at(compute: () => Tensor3D): Promise<DistortionOp>;
  dispose(): void;
}

type Shape = [channels: number, height: number, width: number];

export async function tfjsDistortion(
  tf: TensorFlow,
  { distortion, raster }: PyramidProblem,
  place: Place,
): Promise<TfjsDistortion> {
  const shape: Shape = [raster.channels, raster.height, raster.width];
  const { fused } = distortion;
  if (!fused) return hostDistortion(tf, await distortion.of(raster, place), shape);
  const targets = tf.tensor3d(planarTargets(raster), shape);
  return {
    host: null,
    at: async () => (outputs) => fused.tfjs(planarOf(outputs), targets),
    dispose: () => targets.dispose(),
  };
}

const planarOf = (outputs: Tensor3D): Tensor3D => outputs.transpose([2, 0, 1]);

/** D(ŷ₀) + Σ ∂D/∂ŷ · (ŷ − ŷ₀), ŷ₀ the outputs at hand. */
function hostDistortion(tf: TensorFlow, host: PictureDistortion, shape: Shape): TfjsDistortion {
  const at = async (compute: () => Tensor3D): Promise<DistortionOp> => {
    const planar = tf.tidy(() => planarOf(compute()));
    const outputs = (await planar.data()) as Float32Array;
    planar.dispose();
    const gradient = new Float32Array(outputs.length);
    const value = await host.evaluate(outputs, gradient);
    return (near) => {
      const change = planarOf(near).sub(tf.tensor3d(outputs, shape));
      return change.mul(tf.tensor3d(gradient, shape)).sum().add(value) as Scalar;
    };
  };
  return { host, at, dispose: () => void host.dispose() };
}
