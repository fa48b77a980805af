/** @file The distortion of a fit: measured by the kernels as they evaluate the field, or on the host between evaluating and going backward. */

import type { PictureDistortion } from '../../../distortion/distortion.ts';
import type { PyramidProblem } from '../../pyramid.ts';
import { DISTORTION, GRADIENT } from './constants.ts';
import type { MappedPyramid } from './problem.ts';

export interface WasmDistortion {
  /**
   * The loss and its gradient in all bands.
   * @param parts bits RATE, DISTORTION and GRADIENT, of which the last comes with the one before
   * @param run does so many of them in the bands
   * @returns D, or 0 where it is not asked for
   */
  accumulate(parts: number, run: (parts: number) => void): Promise<number>;
}

export function wasmDistortion(
  { distortion, raster }: PyramidProblem,
  mapped: MappedPyramid,
): WasmDistortion {
  const samples = raster.data.length;
  if (!distortion.fused) return new HostDistortion(distortion.of(raster), mapped, samples);
  mapped.writeSamples(raster);
  return new SquaredError(mapped, samples);
}

class SquaredError implements WasmDistortion {
  readonly #mapped: MappedPyramid;
  readonly #samples: number;

  constructor(mapped: MappedPyramid, samples: number) {
    this.#mapped = mapped;
    this.#samples = samples;
  }

  async accumulate(parts: number, run: (parts: number) => void): Promise<number> {
    run(parts);
    // Values span [−1, 1]: half of an error is the error in [0, 1].
    return parts & DISTORTION ? this.#mapped.squaredError() / (4 * this.#samples) : 0;
  }
}

class HostDistortion implements WasmDistortion {
  readonly #distortion: PictureDistortion;
  readonly #mapped: MappedPyramid;
  readonly #samples: number;

  constructor(distortion: PictureDistortion, mapped: MappedPyramid, samples: number) {
    this.#distortion = distortion;
    this.#mapped = mapped;
    this.#samples = samples;
  }

  async accumulate(parts: number, run: (parts: number) => void): Promise<number> {
    const isBackward = (parts & GRADIENT) !== 0;
    run(isBackward ? DISTORTION : parts);
    const outputs = this.#mapped.outputs(this.#samples);
    const gradient = isBackward ? outputs : null;
    const distortion = parts & DISTORTION ? await this.#distortion.evaluate(outputs, gradient) : 0;
    if (isBackward) run(parts);
    return distortion;
  }
}
