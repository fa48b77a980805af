/**
 * @file The experts of a pyramid field's positions. Classes are those of a map, or are *derived*: the luminance that the
 * field itself gives from its coarse planes, cut at thresholds. Fit and decoder share this.
 */

import { allocate } from '../../allocate.ts';
import { centre, gridTuples } from '../../field/grid.ts';
import { type Model, modelOf, type Plane } from '../../field/model.ts';
import type { Latents } from '../../field/pyramid.ts';
import {
  classesAt,
  classesOf,
  type DerivedSegmentation,
  type Segmentation,
} from '../../field/segmentation.ts';
import { lumaOf } from '../../image/colour.ts';
import type { ChannelCount } from '../../image/raster.ts';
import { valuesToSamples } from '../../image/values.ts';
import { TimeSlices } from '../../time-slices.ts';
import { type Crossings, createPyramidEvaluator } from './evaluator.ts';

/** The finest level that classes are derived from: finer ones would make borders as ragged as noise. */
export const FIRST_COARSE_LEVEL = 2;

/** The tuples at crossings of pixel positions, [rows, columns]; null where every layer has one expert. */
export type TuplesAt = (at: Crossings) => Uint32Array | null;

/**
 * @param parameters of the field
 * @param latents not to be changed while the result is used
 * @param segmentation null where no layer is selected by it
 */
export async function pyramidExperts(
  model: Model,
  parameters: Float32Array,
  latents: Latents,
  segmentation: Segmentation | null,
  slices = new TimeSlices(),
): Promise<TuplesAt> {
  const { width, height, field } = model;
  if (!field.hasExperts) return () => null;
  const derive =
    segmentation?.kind === 'derived'
      ? await derivedClasses(model, parameters, latents, segmentation, slices)
      : null;
  return (at) => {
    const xs = at.columns.map((x) => centre(x, width));
    const ys = at.rows.map((y) => centre(y, height));
    const drawn = segmentation?.kind === 'raster' ? classesAt(segmentation, xs, ys) : null;
    return gridTuples(field.spec, derive?.(at) ?? drawn, xs, ys);
  };
}

async function derivedClasses(
  model: Model,
  parameters: Float32Array,
  latents: Latents,
  { thresholds }: DerivedSegmentation,
  slices: TimeSlices,
): Promise<(at: Crossings) => Uint8Array> {
  const coarse = latents.map((values, i) => {
    const { level } = model.planes[i] as Plane;
    return level < FIRST_COARSE_LEVEL ? allocate(() => new Int16Array(values.length)) : values;
  });
  const single = withOneExpert(model);
  const first = firstExperts(model, single, parameters);
  // The spline through zeros has no other coefficients.
  const evaluator = await createPyramidEvaluator(single, first, coarse, coarse, slices);
  const channels = model.channels as ChannelCount;
  return ({ columns, rows }) => {
    const data = valuesToSamples(evaluator.evaluate(columns, rows, null), 8);
    const luma = lumaOf({ width: columns.length, height: rows.length, channels, depth: 8, data });
    return classesOf(luma, thresholds);
  };
}

/** The layers with one expert each, without the filters. */
function withOneExpert(model: Model): Model {
  const { spec } = model.field;
  const layers = spec.layers.map((layer) => ({ ...layer, selector: { kind: 'one' } as const }));
  return modelOf({ ...spec, layers, filters: 0 }, model.context.spec, model);
}

/** The parameters of the layers' first experts. */
function firstExperts(model: Model, single: Model, parameters: Float32Array): Float32Array {
  const first = new Float32Array(single.field.parameters);
  for (const [i, { offset, length }] of single.field.tensors.entries()) {
    const from = model.field.tensors[i]?.offset as number;
    first.set(parameters.subarray(from, from + length), offset);
  }
  return first;
}
