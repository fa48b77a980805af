/** @file A picture as a fitting problem: positions, experts and colours of all its pixels. */

import type { CoordinateOptimizer, CoordinateProblem, CoordinateState } from '../../engine/coordinates.ts';
import { centres } from '../../field/grid.ts';
import { type GridSamples, gridSamples } from '../../field/grid-samples.ts';
import { mixedCount } from '../../field/mix.ts';
import { seededRandom } from '../../field/random.ts';
import { type RasterSegmentation, segment } from '../../field/segmentation.ts';
import { type FieldSpec, usesSegmentation } from '../../field/spec.ts';
import { type ThresholdMethod, thresholdsOf } from '../../field/thresholds.ts';
import { lumaOf } from '../../image/colour.ts';
import type { Raster, Size } from '../../image/raster.ts';
import { samplesToValues } from '../../image/values.ts';
import { drawnSamples } from './drawn-samples.ts';

/** Positions per step: enough for a steady gradient, few enough for many steps a second. */
const BATCH_POSITIONS: Readonly<Record<CoordinateOptimizer, number>> = { adam: 49152, soap: 24576 };

/** Any number: it says which tuple each pixel of a band is given. */
const DRAW_SEED = 0x711e;

/** The samples at the picture's own pixel centres. */
export function pictureSamples(
  spec: FieldSpec,
  segmentation: RasterSegmentation | null,
  { width, height }: Size,
): GridSamples {
  return gridSamples(spec, segmentation, centres(0, width, width), centres(0, height, height));
}

/** From weights of pixels, [pixels, channels], to those of samples, of which a pixel may have several. */
export function sampleWeights(weights: Float32Array, { tuples, mix }: GridSamples): Float32Array {
  if (mix === null) return weights;
  const channels = weights.length / mixedCount(mix);
  return Float32Array.from(
    { length: channels * tuples.length },
    (_, i) =>
      weights[channels * (mix.positions[Math.floor(i / channels)] as number) + (i % channels)] as number,
  );
}

/** The picture's classes; null where no layer is selected by them. */
export function pictureSegmentation(
  spec: FieldSpec,
  raster: Raster,
  method: ThresholdMethod,
): RasterSegmentation | null {
  if (!usesSegmentation(spec)) return null;
  const luma = lumaOf(raster);
  return segment(luma, raster.width, raster.height, thresholdsOf(luma, method));
}

/** What a fit learns from: where tiles overlap, each pixel has one of its tuples, the same in every part of the fit. */
export function pictureProblem(
  raster: Raster,
  spec: FieldSpec,
  segmentation: RasterSegmentation | null,
  start: CoordinateState,
): CoordinateProblem {
  return {
    spec,
    samples: drawnSamples(pictureSamples(spec, segmentation, raster), seededRandom(DRAW_SEED)),
    targets: samplesToValues(raster),
    start,
    batches: Math.max(1, Math.round((raster.width * raster.height) / BATCH_POSITIONS[start.optimizer])),
  };
}
