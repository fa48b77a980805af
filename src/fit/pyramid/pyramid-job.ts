/** @file What a pyramid fit is asked for, and what is known of the picture before it begins. */

import { distortionFor } from '../../distortion/by-tune.ts';
import type { Distortion } from '../../distortion/distortion.ts';
import type { Tune } from '../../distortion/tunes.ts';
import { type Model, modelOf } from '../../field/model.ts';
import { PYRAMID_CONTEXTS, type PyramidPreset, type PyramidSize, presetSpec } from '../../field/presets.ts';
import { levelCount } from '../../field/pyramid.ts';
import type { DerivedSegmentation } from '../../field/segmentation.ts';
import { usesSegmentation } from '../../field/spec.ts';
import { thresholdsOf } from '../../field/thresholds.ts';
import { lumaOf } from '../../image/colour.ts';
import type { Raster } from '../../image/raster.ts';
import { coreCount } from '../../runtime/runtime.ts';
import { baseValues } from '../../samples/mapping.ts';
import type { MappedPicture } from '../../samples/to-outputs.ts';
import type { Ssimulacra2 } from '../fitted.ts';
import type { Journal } from '../journal/journal.ts';
import type { CheckedOptions } from '../options.ts';
import {
  FEW_WEIGHTS,
  LARGE_NETWORKS_FROM,
  PYRAMID_EFFORTS,
  type PyramidEffort,
} from './calibration/efforts.ts';
import { Forecast } from './forecast.ts';
import { initialLambda } from './initial-lambda.ts';
import { Previews } from './previews.ts';
import { chooseStart, type PyramidStart } from './start.ts';
import { type Target, targetOf } from './target.ts';
import { type TrainedPart, trainedPartOf } from './trained-part.ts';

export interface PyramidJob {
  readonly mapped: MappedPicture;
  /** What is fitted: the mapped picture's target, or a part or a smaller version of it. */
  readonly raster: Raster;
  /** What calibrated figures go by. */
  readonly tune: Tune;
  /** The tune's. */
  readonly distortion: Distortion;
  readonly preset: string;
  /** Of a picture of the raster's size. */
  readonly model: Model;
  /** Present where a layer is selected by it. */
  readonly segmentation: DerivedSegmentation | null;
  /** What the file is coded against. */
  readonly start: PyramidStart;
  /** The weights that are trained; all where the start is not learned. */
  readonly trained: TrainedPart;
  readonly target: Target;
  /** Scores decoded pictures, where an SSIMULACRA2 is asked for. */
  readonly ssimulacra2: Ssimulacra2 | null;
  readonly effort: PyramidEffort;
  /** λ to begin with. */
  readonly lambda: number;
  /** Predicted of the latents. */
  readonly bitsPerPixel: number;
  readonly seed: number;
  /** For trials of latents, which no engine does. */
  readonly threads: number;
  readonly journal: Journal;
  readonly previews: Previews;
}

/** @param begin λ to begin with. @default what the forecast says of the target */
export function pyramidJob(
  mapped: MappedPicture,
  preset: PyramidPreset,
  options: CheckedOptions,
  journal: Journal,
  ssimulacra2: Ssimulacra2 | null,
  begin?: number,
): PyramidJob {
  const { target: raster } = mapped;
  const { channels, width, height } = raster;
  const { seed, thresholds, tune } = options;
  const pixels = width * height;
  const target = targetOf(mapped, options);
  const wanted = effortOf(options);
  const forecast = new Forecast(raster, wanted.steps);
  const lambdaFor = (size: PyramidSize): number =>
    begin ?? initialLambda(target, forecast, pixels, size, tune);
  const { bits } = forecast.at(lambdaFor('small'));
  // Large networks only where a file is long enough to carry them.
  const size = bits < 8 * LARGE_NETWORKS_FROM ? 'small' : wanted.size;
  const lambda = lambdaFor(size);
  const spec = presetSpec(preset, { channels, levels: levelCount(width, height), size });
  const model = modelOf(spec, PYRAMID_CONTEXTS[size], raster);
  const start = chooseStart(model, seed);
  const predicted = forecast.at(lambda).bits;
  return {
    mapped,
    raster,
    tune,
    distortion: distortionFor(tune, baseValues(mapped.samples)),
    preset,
    model,
    // Classes of the picture's own luminances, though what is cut is a coarse version of it.
    segmentation: usesSegmentation(spec)
      ? { kind: 'derived', thresholds: thresholdsOf(lumaOf(raster), thresholds) }
      : null,
    start,
    trained: start.id > 0 ? trainedPartOf(predicted, pixels) : 'all',
    target,
    ssimulacra2,
    effort: { ...wanted, size },
    lambda,
    bitsPerPixel: predicted / pixels,
    seed,
    threads: options.threads ?? coreCount(),
    journal,
    previews: new Previews(options.onPreview),
  };
}

/** The job, and one that trains all weights where it trains few of a file that is long enough to carry all. */
export function alternativesOf(job: PyramidJob): readonly PyramidJob[] {
  const { raster, trained, bitsPerPixel } = job;
  const bits = bitsPerPixel * raster.width * raster.height;
  return trained === 'all' || bits < 8 * FEW_WEIGHTS.secondFitFrom
    ? [job]
    : [job, { ...job, trained: 'all' }];
}

function effortOf({ effort, steps }: CheckedOptions): PyramidEffort {
  const chosen = PYRAMID_EFFORTS[effort - 1] as PyramidEffort;
  return steps === undefined ? chosen : { ...chosen, steps };
}
