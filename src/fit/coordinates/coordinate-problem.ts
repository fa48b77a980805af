/** @file A picture as a fitting problem: positions, experts and colours of all its pixels. */

import type { CoordinateOptimizer, CoordinateProblem, CoordinateState } from '../../engine/coordinates.ts';
import { centres } from '../../field/grid.ts';
import { gridSamples } from '../../field/grid-samples.ts';
import { type RasterSegmentation, segment } from '../../field/segmentation.ts';
import type { Samples } from '../../field/selectors.ts';
import { type FieldSpec, usesSegmentation } from '../../field/spec.ts';
import { type ThresholdMethod, thresholdsOf } from '../../field/thresholds.ts';
import { lumaOf } from '../../image/colour.ts';
import type { Raster, Size } from '../../image/raster.ts';
import { samplesToValues } from '../../image/values.ts';

/** Positions per step: enough for a steady gradient, few enough for many steps a second. */
const BATCH_POSITIONS: Readonly<Record<CoordinateOptimizer, number>> = { adam: 49152, soap: 24576 };

/** The samples at the picture's own pixel centres. */
export function pictureSamples(
  spec: FieldSpec,
  segmentation: RasterSegmentation | null,
  { width, height }: Size,
): Samples {
  return gridSamples(spec, segmentation, centres(0, width, width), centres(0, height, height));
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

export function pictureProblem(
  raster: Raster,
  spec: FieldSpec,
  segmentation: RasterSegmentation | null,
  start: CoordinateState,
): CoordinateProblem {
  return {
    spec,
    samples: pictureSamples(spec, segmentation, raster),
    targets: samplesToValues(raster),
    start,
    batches: Math.max(1, Math.round((raster.width * raster.height) / BATCH_POSITIONS[start.optimizer])),
  };
}
