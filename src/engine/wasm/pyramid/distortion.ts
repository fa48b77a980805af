/** @file The distortion of a fit: measured by the kernels as they evaluate the field, or on the host between evaluating and going backward. */

import type { PictureDistortion } from '../../../distortion/distortion.ts';
import type { PyramidProblem } from '../../pyramid.ts';
import { DISTORTION, GRADIENT } from './constants.ts';
import type { MappedPyramid } from './problem.ts';

/**
 * Works out the loss in all bands.
 * @param parts bits RATE, DISTORTION and GRADIENT, of which the last comes with the one before
 * @param run does so many of them in the bands
 * @returns D, or 0 where it is not asked for
 */
export type Accumulate = (parts: number, run: (parts: number) => void) => Promise<number>;

/** @param host null where kernels measure the distortion themselves */
export function accumulateOf(
  host: PictureDistortion | null,
  { raster }: PyramidProblem,
  mapped: MappedPyramid,
): Accumulate {
  const samples = raster.data.length;
  return host ? hostDistortion(host, mapped, samples) : squaredError(mapped, samples);
}

function squaredError(mapped: MappedPyramid, samples: number): Accumulate {
  return async (parts, run) => {
    run(parts);
    // Values span [−1, 1]: half of an error is the error in [0, 1].
    return parts & DISTORTION ? mapped.squaredError() / (4 * samples) : 0;
  };
}

function hostDistortion(host: PictureDistortion, mapped: MappedPyramid, samples: number): Accumulate {
  return async (parts, run) => {
    const isBackward = (parts & GRADIENT) !== 0;
    run(isBackward ? DISTORTION : parts);
    const outputs = mapped.outputs(samples);
    const distortion = parts & DISTORTION ? await host.evaluate(outputs, isBackward ? outputs : null) : 0;
    if (isBackward) run(parts);
    return distortion;
  };
}
