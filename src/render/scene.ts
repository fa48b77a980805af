/** @file A picture that can be evaluated anywhere, whatever its field sees of a position. */

import {
  type Contents,
  dequantized,
  type FieldContents,
  type PyramidContents,
} from '../container/contents.ts';
import { assert } from '../errors.ts';
import { type Cells, centres, gridSamples, pixelPositions } from '../field/grid.ts';
import { outputWidth } from '../field/spec.ts';
import type { ChannelCount } from '../image/raster.ts';
import { valuesToSamples } from '../image/values.ts';
import type { TimeSlices } from '../time-slices.ts';
import { createEvaluator } from './coordinates/evaluator.ts';
import { flatScene } from './flat/scene.ts';
import type { Geometry } from './geometry.ts';
import { type CostOf, evaluationCost, isNative } from './pieces.ts';
import { coefficientsOf, createPyramidEvaluator } from './pyramid/evaluator.ts';
import { pyramidExperts } from './pyramid/experts.ts';

export interface Scene {
  readonly channels: ChannelCount;
  /** Values of a position. */
  readonly values: number;
  /** What `evaluate` takes. */
  readonly cost: CostOf;
  /** What can be averaged at the centres of the cells that columns and rows make: [rows, columns, values], not clipped. */
  readonly evaluate: (columns: Cells, rows: Cells) => Float32Array;
  /** From values, or means of them, to samples: [pixels, channels]. */
  readonly samplesOf: (values: Float32Array) => Uint8Array | Uint16Array;
}

/** @param geometry of what will be evaluated @throws LoecError E_LIMIT, E_ABORTED or E_ENGINE */
export async function sceneOf(contents: Contents, geometry: Geometry, slices: TimeSlices): Promise<Scene> {
  return contents.kind === 'flat' ? flatScene(contents) : fieldScene(contents, geometry, slices);
}

async function fieldScene(contents: FieldContents, geometry: Geometry, slices: TimeSlices): Promise<Scene> {
  const { spec, pyramid, segmentation, channels, depth } = contents;
  const field = {
    spec,
    model: pyramid?.model ?? null,
    hasDerivedClasses: segmentation?.kind === 'derived',
    hasLabels: segmentation?.kind === 'raster',
  };
  const evaluate = pyramid
    ? await pyramidEvaluation(contents, pyramid, geometry, slices)
    : await coordinateEvaluation(contents, slices);
  return {
    channels,
    values: outputWidth(spec),
    cost: evaluationCost(field, geometry, contents),
    evaluate,
    samplesOf: (values) => valuesToSamples(values, depth),
  };
}

type Evaluate = Scene['evaluate'];

async function coordinateEvaluation(contents: FieldContents, slices: TimeSlices): Promise<Evaluate> {
  const { spec, segmentation } = contents;
  assert(segmentation?.kind !== 'derived', 'derived classes without a pyramid');
  const { field: parameters } = await slices.take(dequantized(contents));
  const evaluator = await createEvaluator({ spec, parameters }, slices);
  const positions = ({ start, length, count }: Cells) => centres(start, length, count);
  return (columns, rows) =>
    evaluator.evaluate(gridSamples(spec, segmentation, positions(columns), positions(rows)));
}

async function pyramidEvaluation(
  contents: FieldContents,
  { model, latents }: PyramidContents,
  geometry: Geometry,
  slices: TimeSlices,
): Promise<Evaluate> {
  const { width, height } = model;
  const { field: parameters } = await slices.take(dequantized(contents));
  const coefficients = isNative(geometry, model) ? undefined : await coefficientsOf(model, latents, slices);
  const evaluator = await createPyramidEvaluator(model, parameters, latents, coefficients, slices);
  const tuplesAt = await pyramidExperts(model, parameters, latents, contents.segmentation, slices);
  return (columns, rows) => {
    const xs = pixelPositions(columns, width);
    const ys = pixelPositions(rows, height);
    return evaluator.evaluate(xs, ys, tuplesAt(evaluator.layerCrossings({ columns: xs, rows: ys })));
  };
}
