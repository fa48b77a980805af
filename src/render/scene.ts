/** @file A picture that can be evaluated anywhere, whatever its field sees of a position. */

import { type Contents, parametersOf } from '../container/contents.ts';
import { assert } from '../errors.ts';
import { type Cells, centres, gridSamples, pixelPositions } from '../field/grid.ts';
import type { Latents } from '../field/pyramid.ts';
import { outputWidth } from '../field/spec.ts';
import type { BitDepth } from '../image/raster.ts';
import { createEvaluator } from './coordinates/evaluator.ts';
import { createPyramidEvaluator } from './pyramid/evaluator.ts';
import { pyramidExperts } from './pyramid/experts.ts';

export interface Scene {
  readonly channels: number;
  readonly depth: BitDepth;
  /** Positions to evaluate at once: bounds the memory of a decode whatever the size of its output. */
  readonly bandPositions: number;
  /** The field at the centres of the cells that columns and rows make: [rows, columns, channels], not clipped. */
  readonly evaluate: (columns: Cells, rows: Cells) => Float32Array;
}

export async function sceneOf(contents: Contents): Promise<Scene> {
  const { pyramid, depth } = contents;
  const evaluation = pyramid ? pyramidEvaluation(contents, pyramid.latents) : coordinateEvaluation(contents);
  return { channels: outputWidth(contents.spec), depth, ...(await evaluation) };
}

type Evaluation = Pick<Scene, 'bandPositions' | 'evaluate'>;

async function coordinateEvaluation(contents: Contents): Promise<Evaluation> {
  const { spec, segmentation } = contents;
  assert(segmentation?.kind !== 'derived', 'derived classes without a pyramid');
  const evaluator = await createEvaluator({ spec, parameters: parametersOf(contents).field });
  const positions = ({ start, length, count }: Cells) => centres(start, length, count);
  return {
    bandPositions: 65536,
    evaluate: (columns, rows) =>
      evaluator.evaluate(gridSamples(spec, segmentation, positions(columns), positions(rows))),
  };
}

async function pyramidEvaluation(contents: Contents, latents: Latents): Promise<Evaluation> {
  const { width, height, spec, segmentation } = contents;
  const field = { spec, parameters: parametersOf(contents).field };
  const evaluator = await createPyramidEvaluator(field, latents, contents);
  const tuplesAt = await pyramidExperts(field, latents, segmentation, contents);
  return {
    // Filters see a few rows around a band; in tall bands these are few.
    bandPositions: 262144,
    evaluate: (columns, rows) => {
      const xs = pixelPositions(columns, width);
      const ys = pixelPositions(rows, height);
      return evaluator.evaluate(xs, ys, tuplesAt(evaluator.reach({ columns: xs, rows: ys })));
    },
  };
}
