/** @file What a pyramid fit is asked for, and what is known of the picture before it begins. */

import { availableParallelism } from 'node:os';
import type { Distortion } from '../../distortion/distortion.ts';
import { SQUARED_ERROR } from '../../distortion/squared-error.ts';
import { type Model, modelOf } from '../../field/model.ts';
import { PYRAMID_CONTEXTS, type PyramidPreset, type PyramidSize, presetSpec } from '../../field/presets.ts';
import { levelCount } from '../../field/pyramid.ts';
import type { DerivedSegmentation } from '../../field/segmentation.ts';
import { usesSegmentation } from '../../field/spec.ts';
import { thresholdsOf } from '../../field/thresholds.ts';
import { lumaOf } from '../../image/colour.ts';
import type { Raster } from '../../image/raster.ts';
import type { CheckedOptions } from '../options.ts';
import { LARGE_NETWORKS_FROM, PYRAMID_EFFORTS, type PyramidEffort } from './calibration/efforts.ts';
import { Forecast } from './forecast.ts';
import { initialLambda } from './initial-lambda.ts';
import { chooseStart, type PyramidStart } from './start.ts';
import { type Target, targetOf } from './target.ts';

export interface PyramidJob {
  readonly raster: Raster;
  readonly distortion: Distortion;
  readonly preset: string;
  /** Of a picture of the raster's size. */
  readonly model: Model;
  /** Present where a layer is selected by it. */
  readonly segmentation: DerivedSegmentation | null;
  /** What the file is coded against. */
  readonly start: PyramidStart;
  readonly target: Target;
  readonly effort: PyramidEffort;
  /** λ to begin with. */
  readonly lambda: number;
  /** Predicted of the latents. */
  readonly bitsPerPixel: number;
  readonly seed: number;
  /** For trials of latents, which no engine does. */
  readonly threads: number;
}

/** @param begin λ to begin with. @default what the forecast says of the target */
export function pyramidJob(
  raster: Raster,
  preset: PyramidPreset,
  options: CheckedOptions,
  begin?: number,
): PyramidJob {
  const { channels, width, height } = raster;
  const { seed, thresholds } = options;
  const pixels = width * height;
  const target = targetOf(raster, options);
  const wanted = effortOf(options);
  const forecast = new Forecast(raster, wanted.steps);
  const lambdaFor = (size: PyramidSize): number => begin ?? initialLambda(target, forecast, pixels, size);
  const { bits } = forecast.at(lambdaFor('small'));
  // Large networks only where a file is long enough to carry them.
  const size = bits < 8 * LARGE_NETWORKS_FROM ? 'small' : wanted.size;
  const lambda = lambdaFor(size);
  const spec = presetSpec(preset, { channels, levels: levelCount(width, height), size });
  const model = modelOf(spec, PYRAMID_CONTEXTS[size], raster);
  return {
    raster,
    distortion: SQUARED_ERROR,
    preset,
    model,
    // Classes of the picture's own luminances, though what is cut is a coarse version of it.
    segmentation: usesSegmentation(spec)
      ? { kind: 'derived', thresholds: thresholdsOf(lumaOf(raster), thresholds) }
      : null,
    start: chooseStart(model, seed),
    target,
    effort: { ...wanted, size },
    lambda,
    bitsPerPixel: forecast.at(lambda).bits / pixels,
    seed,
    threads: options.threads ?? availableParallelism(),
  };
}

function effortOf({ effort, steps }: CheckedOptions): PyramidEffort {
  const chosen = PYRAMID_EFFORTS[effort - 1] as PyramidEffort;
  return steps === undefined ? chosen : { ...chosen, steps };
}
