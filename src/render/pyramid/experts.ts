/**
 * @file The experts of a pyramid field's positions. Classes are those of a map, or are *derived*: the luminance that the
 * field itself gives from its coarse planes, cut at thresholds. Fit and decoder share this.
 */

import { centre, spanLength } from '../../field/grid.ts';
import { gridTuples } from '../../field/grid-samples.ts';
import { type Model, modelOf, type Plane } from '../../field/model.ts';
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
import { createPyramidEvaluator, type TuplesAt } from './evaluator.ts';
import { type Crossings, positionsOf } from './phases.ts';
import type { PlaneValues } from './planes.ts';

/** The finest level that classes are derived from: finer ones would make borders as ragged as noise. */
export const FIRST_COARSE_LEVEL = 2;

/**
 * @param parameters of the field
 * @param latents not to be changed while the result is used
 * @param segmentation null where no layer is selected by it
 */
export async function pyramidExperts(
  model: Model,
  parameters: Float32Array,
  latents: PlaneValues,
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
    const xs = positionsOf(at.columns).map((x) => centre(x, width));
    const ys = positionsOf(at.rows).map((y) => centre(y, height));
    const drawn = segmentation?.kind === 'raster' ? classesAt(segmentation, xs, ys) : null;
    return gridTuples(field.spec, derive?.(at) ?? drawn, xs, ys);
  };
}

/** Those of a rectangle of a picture's pixels: [rows, columns]. @param tuples [height, width] */
export function tuplesOfPixels(
  tuples: Uint32Array,
  width: number,
  { columns, rows }: Crossings,
): Uint32Array {
  const count = spanLength(columns.pixels);
  const some = new Uint32Array(count * spanLength(rows.pixels));
  for (let y = rows.pixels.first, next = 0; y <= rows.pixels.last; y++, next += count) {
    const first = y * width + columns.pixels.first;
    some.set(tuples.subarray(first, first + count), next);
  }
  return some;
}

async function derivedClasses(
  model: Model,
  parameters: Float32Array,
  latents: PlaneValues,
  { thresholds }: DerivedSegmentation,
  slices: TimeSlices,
): Promise<(at: Crossings) => Uint8Array> {
  const coarse = latents.map((values, i) =>
    (model.planes[i] as Plane).level < FIRST_COARSE_LEVEL ? null : values,
  );
  const single = withOneExpert(model);
  const first = firstExperts(model, single, parameters);
  const evaluator = await createPyramidEvaluator(single, first, coarse, () => null, slices);
  const channels = model.channels as ChannelCount;
  return (at) => {
    const data = valuesToSamples(evaluator.evaluatePhase(at), 8);
    const size = { width: spanLength(at.columns.pixels), height: spanLength(at.rows.pixels) };
    return classesOf(lumaOf({ ...size, channels, depth: 8, data }), thresholds);
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
