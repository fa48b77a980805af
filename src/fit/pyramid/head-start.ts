/**
 * @file A fit of few steps or few bits begins on the picture at half its size, whose pyramid is the picture's own without the first grid: a
 * step takes a quarter of the time there, and the first grid, whose latents are quickest to take a picture in, waits until the coarser ones have done
 * what they can do for less. Measured in docs/experiments.md.
 */

import type { Engine } from '../../engine/engine.ts';
import type { PyramidState, PyramidWeights } from '../../engine/pyramid.ts';
import { type FieldSpec, inputWidth, parameterCount, type Tensor, tensorsOf } from '../../field/spec.ts';
import { shrinkBox } from '../../image/shrink.ts';
import type { ProgressMeter } from '../progress.ts';
import { firstTuples } from './experts.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { type Schedule, weightBetaOf } from './schedule.ts';
import { constantLambda, train } from './train.ts';

/** Steps on half the size that take as long as one on the whole picture. */
const STEPS_PER_STEP = 4;

/**
 * Factor on λ, which trades against bits per pixel: a pixel at half the size stands for four, so that at ¼ bits would be as dear as they will
 * be. They are twice as dear: what detail the coarser grids buy here, textures would rather have from the first grid.
 */
const LAMBDA_FACTOR = 0.5;

/** The schedule is the beginning of one that is so many times as long, and stays hot. */
const HEAT = 4;

/**
 * Fits field, context model and all grids but the first, which stays 0.
 * @param start of the fit
 * @param steps of the whole picture that it may take as long as
 */
export async function headStart(
  engine: Engine,
  job: PyramidJob,
  start: PyramidWeights,
  lambda: number,
  schedule: Schedule,
  steps: number,
  meter: ProgressMeter,
): Promise<PyramidState> {
  const spec = withoutFirstGrid(job.spec);
  const raster = shrinkBox(job.raster, 2);
  const session = await engine.fitPyramid({
    spec,
    context: job.context,
    raster,
    tuples: firstTuples({ spec, raster }),
    start: { field: movedColumns(start.field, job.spec, spec), context: start.context, latents: null },
    weightBeta: weightBetaOf(job.effort.steps),
  });
  try {
    const count = STEPS_PER_STEP * steps;
    const leg = { schedule, steps: count, of: HEAT * count, perStep: STEPS_PER_STEP };
    await train(session, { ...job, spec, raster }, leg, constantLambda(LAMBDA_FACTOR * lambda), meter);
    const { field, context, latents } = await session.readState();
    const first = new Float32Array(job.raster.width * job.raster.height);
    return { field: movedColumns(field, spec, job.spec, start.field), context, latents: [first, ...latents] };
  } finally {
    session.dispose();
  }
}

function withoutFirstGrid(spec: FieldSpec): FieldSpec {
  return { ...spec, input: { kind: 'pyramid', grids: inputWidth(spec) - 1 } };
}

/**
 * Parameters of a field as those of the same field with another number of grids: what its first layer sees of the coarsest grid stays with that, and so on.
 * @param rest what grids that `from` does not have are seen with: parameters of `to`
 */
function movedColumns(
  parameters: Float32Array,
  from: FieldSpec,
  to: FieldSpec,
  rest: Float32Array = new Float32Array(parameterCount(to)),
): Float32Array {
  const moved = rest.slice();
  const [source, ...sources] = tensorsOf(from) as [Tensor, ...Tensor[]];
  const [target, ...targets] = tensorsOf(to) as [Tensor, ...Tensor[]];
  const kept = Math.min(source.columns, target.columns);
  for (let row = 1; row <= source.experts * source.rows; row++) {
    const end = source.offset + row * source.columns;
    moved.set(parameters.subarray(end - kept, end), target.offset + row * target.columns - kept);
  }
  for (const [i, { offset, length }] of sources.entries()) {
    moved.set(parameters.subarray(offset, offset + length), (targets[i] as Tensor).offset);
  }
  return moved;
}
