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

/** Pixels of a strip, if a row has no more: few enough for their samples and outputs to take little memory. */
const STRIP_PIXELS = 2 ** 17;

/** Some rows of a picture. */
export interface Strip {
  /** Index of its first pixel, and how many it has. */
  readonly first: number;
  readonly count: number;
  /** At the centres of its pixels; positions count from the first of them. */
  readonly samples: GridSamples;
}

/** The picture from top to bottom. The samples of all of it take 28 bytes per pixel, and as much again while they are worked out. */
export function* pictureStrips(
  spec: FieldSpec,
  segmentation: RasterSegmentation | null,
  { width, height }: Size,
): Iterable<Strip> {
  const xs = centres(0, width, width);
  const ys = centres(0, height, height);
  const rows = Math.max(1, Math.floor(STRIP_PIXELS / width));
  for (let top = 0; top < height; top += rows) {
    const ofStrip = ys.subarray(top, top + rows);
    const samples = gridSamples(spec, segmentation, xs, ofStrip);
    yield { first: top * width, count: ofStrip.length * width, samples };
  }
}

/** One for each pixel: where tiles overlap it has one of its tuples, the same in every part of a fit. */
export function trainingSamples(
  spec: FieldSpec,
  segmentation: RasterSegmentation | null,
  size: Size,
): Samples {
  const pixels = size.width * size.height;
  const all = { coordinates: new Float32Array(2 * pixels), tuples: new Uint32Array(pixels) };
  const random = seededRandom(DRAW_SEED);
  for (const { first, samples } of pictureStrips(spec, segmentation, size)) {
    const { coordinates, tuples } = drawnSamples(samples, random);
    all.coordinates.set(coordinates, 2 * first);
    all.tuples.set(tuples, first);
  }
  return all;
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
