/**
 * @file A fit of few steps or few bits begins on the picture at half its size, whose planes are the picture's own without the finest: a
 * step takes a quarter of the time there, and the finest plane, whose latents are the quickest to describe a picture, waits until the coarser
 * ones have learned what they can describe with fewer bits (docs/experiments.md, "Head start at half the size").
 */

import type { Engine } from '../../engine/engine.ts';
import type { PyramidState, PyramidWeights } from '../../engine/pyramid.ts';
import { type Model, modelOf, type Plane } from '../../field/model.ts';
import { zeroLatents } from '../../field/pyramid.ts';
import type { Tensor } from '../../field/spec.ts';
import type { Size } from '../../image/raster.ts';
import { shrinkBox } from '../../image/shrink.ts';
import type { ProgressMeter } from '../progress-meter.ts';
import { HEAD_START } from './calibration/training.ts';
import { firstTuples } from './experts.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { type Schedule, weightBetaOf } from './schedule.ts';
import { constantLambda, train } from './train.ts';
import { tensorsOfPart } from './trained-part.ts';

/** Steps on half the size that take as long as one on the whole picture. */
const STEPS_PER_STEP = 4;

/**
 * Fits field, context model and all planes that the picture has at half its size; the others stay 0.
 * @param start of the fit
 * @param schedule that it takes the beginning of
 * @param steps of the whole picture that it may take as long as
 */
export async function headStart(
  engine: Engine,
  job: PyramidJob,
  start: PyramidWeights,
  schedule: Schedule,
  steps: number,
  meter: ProgressMeter,
): Promise<PyramidState> {
  const raster = shrinkBox(job.raster, 2);
  const model = halvedModel(job.model, raster);
  const indices = indicesInWhole(job.model, model);
  const kept = Float32Array.from(indices, (index) => start.field[index] as number);
  const session = await engine.fitPyramid({
    model,
    raster,
    distortion: job.distortion,
    tuples: firstTuples({ model }),
    start: { ...start, field: kept, latents: null },
    trained: tensorsOfPart(model, job.trained),
    weightBeta: weightBetaOf(job.effort.steps),
  });
  try {
    const training = {
      schedule,
      steps: STEPS_PER_STEP * steps,
      scheduleSteps: HEAD_START.scheduleLength * STEPS_PER_STEP * steps,
      stepsPerStep: STEPS_PER_STEP,
      lambda: constantLambda(HEAD_START.lambda * job.lambda),
    };
    await train(session, { ...job, model, raster }, training, meter);
    const state = await session.readState();
    const latents = zeroLatents(job.model.planes);
    for (const [i, { index }] of keptPlanes(job.model).entries()) {
      latents[index] = state.latents[i] as Float32Array;
    }
    // What the halved field does not have stays as it was.
    const field = start.field.slice();
    for (const [i, index] of indices.entries()) field[index] = state.field[i] as number;
    return { ...state, field, latents };
  } finally {
    session.dispose();
  }
}

/** Planes that there are at half the size, a level finer. */
function keptPlanes({ planes }: Model): Plane[] {
  return planes.filter(({ level }) => level > 0);
}

function halvedModel(model: Model, picture: Size): Model {
  const planes = keptPlanes(model).map(({ level, reading }) => {
    return { level: level - 1, reading: level === 1 ? ('direct' as const) : reading };
  });
  return modelOf({ ...model.field.spec, input: { kind: 'pyramid', planes } }, model.context.spec, picture);
}

/** For each parameter of the halved field its index in the whole one. */
function indicesInWhole(whole: Model, halved: Model): Int32Array {
  const columns = keptPlanes(whole).map(({ index }) => index);
  const indices = new Int32Array(halved.field.parameters);
  for (const [i, tensor] of halved.field.tensors.entries()) {
    const source = whole.field.tensors[i] as Tensor;
    const isFirst = tensor.layer === 0 && tensor.kind === 'weight';
    for (let k = 0; k < tensor.length; k++) {
      const [row, column] = [Math.floor(k / tensor.columns), k % tensor.columns];
      const from = isFirst ? (columns[column] as number) : column;
      indices[tensor.offset + k] = source.offset + row * source.columns + from;
    }
  }
  return indices;
}
