/** @file A picture that can be evaluated anywhere, whatever its field sees of a position. */

import { type Contents, type PyramidContents, parametersOf } from '../container/contents.ts';
import { assert } from '../errors.ts';
import { type Cells, centres, gridSamples, pixelPositions } from '../field/grid.ts';
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
  const evaluation = pyramid ? pyramidEvaluation(contents, pyramid) : coordinateEvaluation(contents);
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

async function pyramidEvaluation(
  contents: Contents,
  { model, latents }: PyramidContents,
): Promise<Evaluation> {
  const { width, height } = model;
  const parameters = parametersOf(contents).field;
  const evaluator = await createPyramidEvaluator(model, parameters, latents);
  const tuplesAt = await pyramidExperts(model, parameters, latents, contents.segmentation);
  return {
    // Filters see a few rows around a band; in tall bands these are few.
    bandPositions: 262144,
    evaluate: (columns, rows) => {
      const xs = pixelPositions(columns, width);
      const ys = pixelPositions(rows, height);
      return evaluator.evaluate(xs, ys, tuplesAt(evaluator.layerCrossings({ columns: xs, rows: ys })));
    },
  };
}
