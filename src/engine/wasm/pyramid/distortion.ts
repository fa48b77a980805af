/** @file The distortion of a fit: measured by the kernels as they evaluate the field, or on the host between evaluating and going backward. */

import type { PictureDistortion } from '../../../distortion/distortion.ts';
import type { PyramidProblem } from '../../pyramid.ts';
import type { MappedPyramid } from './problem.ts';
import { PARTS } from './records.ts';

export interface WasmDistortion {
  /**
   * The loss and its gradient in all bands.
   * @param parts PARTS that are asked for; a gradient comes with the distortion
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
    return parts & PARTS.distortion ? this.#mapped.squaredError() / (4 * this.#samples) : 0;
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
    const isBackward = (parts & PARTS.gradient) !== 0;
    run(isBackward ? PARTS.distortion : parts);
    const planes = this.#mapped.planes(this.#samples);
    const gradient = isBackward ? planes : null;
    const distortion = parts & PARTS.distortion ? await this.#distortion.evaluate(planes, gradient) : 0;
    if (isBackward) run(parts);
    return distortion;
  }
}
