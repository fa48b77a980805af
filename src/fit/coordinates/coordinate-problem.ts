/** @file A picture as a fitting problem: positions, experts and colours of all its pixels. */

import type { CoordinateOptimizer, CoordinateProblem, CoordinateState } from '../../engine/coordinates.ts';
import { centres } from '../../field/grid.ts';
import { type GridSamples, gridSamples } from '../../field/grid-samples.ts';
import { seededRandom } from '../../field/random.ts';
import { type RasterSegmentation, segment } from '../../field/segmentation.ts';
import type { Samples } from '../../field/selectors.ts';
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

/** One for each pixel: where tiles overlap it has one of its tuples, the same in every part of a fit. */
export function trainingSamples(
  spec: FieldSpec,
  segmentation: RasterSegmentation | null,
  size: Size,
): Samples {
  return drawnSamples(pictureSamples(spec, segmentation, size), seededRandom(DRAW_SEED));
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

/** What a fit learns from. */
export function pictureProblem(
  raster: Raster,
  spec: FieldSpec,
  segmentation: RasterSegmentation | null,
  start: CoordinateState,
): CoordinateProblem {
  return {
    spec,
    samples: trainingSamples(spec, segmentation, raster),
    targets: samplesToValues(raster),
    start,
    batches: Math.max(1, Math.round((raster.width * raster.height) / BATCH_POSITIONS[start.optimizer])),
  };
}
