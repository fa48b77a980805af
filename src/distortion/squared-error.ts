/** @file The mean squared error of values in [0, 1]. Values span [−1, 1]: half of an error is the error in [0, 1]. */

import type { Picture } from '../image/raster.ts';
import type { Distortion, FusedForms, LocalModel, PictureDistortion } from './distortion.ts';
import { planarTargets } from './planar.ts';

class PictureError implements PictureDistortion {
  readonly #targets: Float32Array;

  constructor(picture: Picture) {
    this.#targets = planarTargets(picture);
  }

  evaluate(outputs: Float32Array, gradient: Float32Array | null): number {
    const count = outputs.length;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const error = ((outputs[i] as number) - (this.#targets[i] as number)) / 2;
      sum += error * error;
      if (gradient) gradient[i] = error / count;
    }
    return sum / count;
  }

  localModel({ length }: Float32Array): LocalModel {
    return { weights: new Float32Array(length).fill(1 / (4 * length)), targets: this.#targets };
  }

  async dispose(): Promise<void> {}
}

const FUSED: FusedForms = {
  tfjs: (outputs, targets) => outputs.sub(targets).div(2).square().mean(),
  wgsl: /* wgsl */ `
fn measure(output: f32, wanted: f32) -> vec2f {
  let error = 0.5 * (output - wanted);
  return vec2f(error * error, error);
}
`,
};

export const SQUARED_ERROR: Distortion = {
  name: 'mean squared error',
  of: async (picture) => new PictureError(picture),
  fused: FUSED,
};
