/**
 * @file The experts of a pyramid field's positions. Classes are those of a map, or are *derived*: the luminance that the
 * field itself gives from its coarse grids, cut at thresholds. Fit and decoder share this.
 */

import { centre, gridTuples } from '../../field/grid.ts';
import type { Latents } from '../../field/pyramid.ts';
import {
  classesAt,
  classesOf,
  type DerivedSegmentation,
  type Segmentation,
} from '../../field/segmentation.ts';
import { expertCount, type Field, outputWidth, parameterCount, tensorsOf } from '../../field/spec.ts';
import { lumaOf } from '../../image/colour.ts';
import type { ChannelCount } from '../../image/raster.ts';
import { valuesToSamples } from '../../image/values.ts';
import { type Crossings, createPyramidEvaluator } from './evaluator.ts';

/** The first grid that classes are derived from: finer ones would make borders as ragged as noise. */
export const FIRST_COARSE_GRID = 2;

interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** The tuples at crossings of pixel positions, [rows, columns]; null where every layer has one expert. */
export type TuplesAt = (at: Crossings) => Uint32Array | null;

/**
 * @param latents not to be changed while the result is used
 * @param segmentation null where no layer is selected by it
 */
export async function pyramidExperts(
  field: Field,
  latents: Latents,
  segmentation: Segmentation | null,
  { width, height }: PictureSize,
): Promise<TuplesAt> {
  const { spec } = field;
  if (spec.layers.every(({ selector }) => expertCount(selector) === 1)) return () => null;
  const derive =
    segmentation?.kind === 'derived'
      ? await derivedClasses(field, latents, segmentation, { width, height })
      : null;
  return (at) => {
    const xs = at.columns.map((x) => centre(x, width));
    const ys = at.rows.map((y) => centre(y, height));
    const drawn = segmentation?.kind === 'raster' ? classesAt(segmentation, xs, ys) : null;
    return gridTuples(spec, derive?.(at) ?? drawn, xs, ys);
  };
}

async function derivedClasses(
  field: Field,
  latents: Latents,
  { thresholds }: DerivedSegmentation,
  picture: PictureSize,
): Promise<(at: Crossings) => Uint8Array> {
  const coarse = latents.map((grid, level) =>
    level < FIRST_COARSE_GRID ? new Int16Array(grid.length) : grid,
  );
  const evaluator = await createPyramidEvaluator(firstExperts(field), coarse, picture);
  const channels = outputWidth(field.spec) as ChannelCount;
  return ({ columns, rows }) => {
    const data = valuesToSamples(evaluator.evaluate(columns, rows, null), 8);
    const luma = lumaOf({ width: columns.length, height: rows.length, channels, depth: 8, data });
    return classesOf(luma, thresholds);
  };
}

/** The layers with their first experts only, without the filters. */
function firstExperts({ spec, parameters }: Field): Field {
  const layers = spec.layers.map((layer) => ({ ...layer, selector: { kind: 'one' } as const }));
  const single = { ...spec, layers, filters: 0 };
  const first = new Float32Array(parameterCount(single));
  const sources = tensorsOf(spec);
  for (const [i, { offset, length }] of tensorsOf(single).entries()) {
    const from = sources[i]?.offset as number;
    first.set(parameters.subarray(from, from + length), offset);
  }
  return { spec: single, parameters: first };
}
