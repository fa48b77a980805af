/**
 * @file The fits that are timed, all of one picture: coordinate fields of the paper with every pixel in every step, and pyramid fields as
 * `loec encode` begins them.
 */

import { distortionFor } from '../../src/distortion/by-tune.ts';
import type { Tune } from '../../src/distortion/tunes.ts';
import {
  type AdamCoordinateState,
  type CoordinateProblem,
  initialState,
} from '../../src/engine/coordinates.ts';
import type { PyramidProblem, PyramidStep } from '../../src/engine/pyramid.ts';
import { initialParameters } from '../../src/field/init.ts';
import { modelOf } from '../../src/field/model.ts';
import {
  type CoordinatePreset,
  PYRAMID_CONTEXTS,
  type PyramidSize,
  presetSpec,
} from '../../src/field/presets.ts';
import { levelCount } from '../../src/field/pyramid.ts';
import { pictureProblem, pictureSegmentation } from '../../src/fit/coordinates/coordinate-problem.ts';
import { chooseStart, lessConfident } from '../../src/fit/pyramid/start.ts';
import type { Raster } from '../../src/image/raster.ts';

/** Waves of many lengths under noise: steps take the same time on any picture. */
export function testPicture(width: number, height: number): Raster {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    const noise = (Math.imul(i + 1, 0x9e3779b1) >>> 24) / 8;
    return 112 + 50 * Math.sin((x * y) / 4000 + (i % 3)) + 45 * Math.cos(y / 23 - x / 41) + noise;
  });
  return { width, height, channels: 3, depth: 8, data, colour: [], metadata: [] };
}

export function coordinateProblem(
  preset: CoordinatePreset,
  width: number,
  raster: Raster,
): CoordinateProblem<AdamCoordinateState> {
  const spec = presetSpec(preset, { width, channels: raster.channels });
  const segmentation = pictureSegmentation(spec, raster, 'multi-otsu');
  const start = initialState(initialParameters(spec, 1), 'adam');
  return { ...pictureProblem(raster, spec, segmentation, start), start, batches: 1 };
}

export function pyramidProblem(size: PyramidSize, raster: Raster, tune: Tune): PyramidProblem {
  const levels = levelCount(raster.width, raster.height);
  const spec = presetSpec('pyramid', { channels: raster.channels, levels, size });
  const model = modelOf(spec, PYRAMID_CONTEXTS[size], raster);
  const chosen = chooseStart(model, 1);
  const weights = { field: chosen.field, context: lessConfident(model, chosen.context) };
  const start = { ...weights, latents: null };
  return { model, raster, distortion: distortionFor(tune, null), tuples: null, start };
}

/** A step in the middle of a fit. */
export function pyramidStep(seed: number): PyramidStep {
  return { temperature: 0.3, sigma: 0.2, seed, lambda: 0.001, latentRate: 0.02, weightRate: 0.002 };
}
