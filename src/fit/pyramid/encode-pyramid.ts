/** @file From what the user asks to a pyramid fit. */

import { availableParallelism } from 'node:os';
import type { Engine } from '../../engine/engine.ts';
import { assert } from '../../errors.ts';
import { modelOf } from '../../field/model.ts';
import { DEFAULT_PRESET, isPyramid, PYRAMID_CONTEXTS, presetSpec } from '../../field/presets.ts';
import { levelCount } from '../../field/pyramid.ts';
import type { DerivedSegmentation } from '../../field/segmentation.ts';
import { usesSegmentation } from '../../field/spec.ts';
import { thresholdsOf } from '../../field/thresholds.ts';
import { lumaOf } from '../../image/colour.ts';
import type { Raster } from '../../image/raster.ts';
import type { Fitted } from '../fitted.ts';
import type { EncodeOptions } from '../options.ts';
import { DEFAULT_EFFORT, DEFAULT_QUALITY, DEFAULT_THRESHOLDS } from '../options.ts';
import { ProgressMeter } from '../progress.ts';
import { PYRAMID_EFFORTS, type PyramidEffort } from './effort.ts';
import { expectedSteps } from './expected-steps.ts';
import { fitPyramid } from './fit-pyramid.ts';
import { Forecast } from './forecast.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { chooseStart } from './start.ts';
import { firstLambda, type Target } from './target.ts';

/** λ of quality 0; every 10 points halve it. The table is in docs/quality.md. */
const LARGEST_LAMBDA = 0.032;

/** Bytes of latents from which on large networks, which take some 800 bytes more, pay (docs/experiments.md). */
const LARGE_FROM = 7000;

/** λ of a quality of 0 … 100. */
export function lambdaOfQuality(quality: number): number {
  return LARGEST_LAMBDA * 2 ** (-quality / 10);
}

/** @throws LoecError E_TARGET, E_LIMIT or E_ABORTED */
export async function encodePyramid(engine: Engine, raster: Raster, options: EncodeOptions): Promise<Fitted> {
  const job = jobOf(raster, options);
  const meter = new ProgressMeter(expectedSteps(job), options.onProgress);
  const fitted = await fitPyramid(engine, job, meter);
  meter.finish('write');
  return { ...fitted, steps: meter.taken };
}

function jobOf(raster: Raster, options: EncodeOptions): PyramidJob {
  const { channels, width, height } = raster;
  const seed = options.seed ?? 1;
  const preset = options.preset ?? DEFAULT_PRESET;
  assert(isPyramid(preset), 'coordinate fields are fitted elsewhere');
  const target = targetOf(raster, options);
  const effort = affordable(effortOf(options), target, raster);
  const { size } = effort;
  const spec = presetSpec(preset, { channels, levels: levelCount(width, height), size });
  const model = modelOf(spec, PYRAMID_CONTEXTS[size], raster);
  return {
    raster,
    preset,
    model,
    segmentation: usesSegmentation(spec) ? segmentationOf(raster, options) : null,
    start: chooseStart(model, seed),
    target,
    effort,
    seed,
    threads: options.threads ?? availableParallelism(),
    signal: options.signal,
  };
}

/** Classes of the picture's own luminances, though what is cut is a coarse version of it. */
function segmentationOf(raster: Raster, options: EncodeOptions): DerivedSegmentation {
  return {
    kind: 'derived',
    thresholds: thresholdsOf(lumaOf(raster), options.thresholds ?? DEFAULT_THRESHOLDS),
  };
}

function targetOf({ width, height }: Raster, { quality, bpp, size, psnr }: EncodeOptions): Target {
  if (psnr !== undefined) return { kind: 'psnr', psnr };
  if (size !== undefined) return { kind: 'bytes', bytes: size };
  if (bpp !== undefined) return { kind: 'bytes', bytes: Math.round((width * height * bpp) / 8) };
  return { kind: 'lambda', lambda: lambdaOfQuality(quality ?? DEFAULT_QUALITY) };
}

function effortOf({ effort, steps }: EncodeOptions): PyramidEffort {
  const chosen = PYRAMID_EFFORTS[(effort ?? DEFAULT_EFFORT) - 1] as PyramidEffort;
  return steps === undefined ? chosen : { ...chosen, steps };
}

/** Large networks only where a file is long enough to carry them. */
function affordable(effort: PyramidEffort, target: Target, raster: Raster): PyramidEffort {
  if (effort.size === 'small') return effort;
  const forecast = new Forecast(raster, effort.steps);
  const { bits } = forecast.at(firstLambda(target, () => forecast, raster.width * raster.height));
  return { ...effort, size: bits < 8 * LARGE_FROM ? 'small' : 'large' };
}
