/**
 * @file A distortion for tests that looks at neighbours: the mean of wᵢ ((Be)ᵢ/2)², e the errors in [−1, 1], B a blur over 3×3 pixels that
 * replicates edges, and w weights that differ from sample to sample.
 */

import type { Distortion, LocalModel, PictureDistortion } from '../../src/distortion/distortion.ts';
import { planarTargets } from '../../src/distortion/planar.ts';
import type { Picture } from '../../src/image/raster.ts';

/** float64 for the reference, float32 for engines. */
type Planes = Float32Array | Float64Array;

/** What a pixel sees of those above, at and below it, and of those left, at and right; not symmetric, so that B and its adjoint differ. */
const DOWN = [0.4, 0.5, 0.1] as const;
const ACROSS = [0.2, 0.5, 0.3] as const;

export class BlurredError implements PictureDistortion {
  readonly #width: number;
  readonly #height: number;
  readonly #targets: Float32Array;
  readonly #weights: Float64Array;

  constructor(picture: Picture) {
    this.#width = picture.width;
    this.#height = picture.height;
    this.#targets = planarTargets(picture);
    this.#weights = Float64Array.from(this.#targets, (_, i) => 1 + 0.8 * Math.sin(i));
  }

  evaluate(outputs: Planes, gradient: Planes | null): number {
    const count = outputs.length;
    const errors = Float64Array.from(outputs, (value, i) => (value - (this.#targets[i] as number)) / 2);
    const blurred = new Float64Array(count);
    this.#forTaps((to, from, tap) => {
      blurred[to] = (blurred[to] as number) + tap * (errors[from] as number);
    });
    const weighted = blurred.map((error, i) => error * (this.#weights[i] as number));
    const sum = weighted.reduce((total, value, i) => total + value * (blurred[i] as number), 0);
    gradient?.set(this.#adjoint(weighted).map((value) => value / count));
    return sum / count;
  }

  /**
   * What D has of e is eᵀMe, M = BᵀWB/4N without negative entries: with the sums of its rows as weights the model is nowhere below D, and it has
   * D's gradient where it is made.
   */
  localModel(outputs: Float32Array): LocalModel {
    const gradient = new Float64Array(outputs.length);
    this.evaluate(outputs, gradient);
    const weights = this.#adjoint(this.#weights).map((sum) => sum / (4 * outputs.length));
    const targets = outputs.map((value, i) => value - (gradient[i] as number) / (2 * (weights[i] as number)));
    return { weights: Float32Array.from(weights), targets };
  }

  #adjoint(values: Float64Array): Float64Array {
    const sums = new Float64Array(values.length);
    this.#forTaps((to, from, tap) => {
      sums[from] = (sums[from] as number) + tap * (values[to] as number);
    });
    return sums;
  }

  async dispose(): Promise<void> {}

  #forTaps(visit: (to: number, from: number, tap: number) => void): void {
    const [width, height] = [this.#width, this.#height];
    for (let to = 0; to < this.#targets.length; to++) {
      const x = to % width;
      const y = Math.floor(to / width) % height;
      for (const [i, down] of DOWN.entries()) {
        for (const [j, across] of ACROSS.entries()) {
          const row = clamp(y + i - 1, height) - y;
          const column = clamp(x + j - 1, width) - x;
          visit(to, to + width * row + column, down * across);
        }
      }
    }
  }
}

const clamp = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));

export const BLURRED_ERROR = {
  name: 'weighted squared error behind a blur',
  of: async (picture: Picture) => new BlurredError(picture),
  fused: null,
} satisfies Distortion;
