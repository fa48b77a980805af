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
import type { ProgressMeter } from '../progress.ts';
import { HEAD_START } from './calibration/training.ts';
import { firstTuples } from './experts.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { type Schedule, weightBetaOf } from './schedule.ts';
import { constantLambda, train } from './train.ts';

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
  const kept = keptPlanes(job.model);
  const session = await engine.fitPyramid({
    model,
    raster,
    distortion: job.distortion,
    tuples: firstTuples({ model }),
    start: { ...start, field: keepColumns(start.field, job.model, model), latents: null },
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
    for (const [i, plane] of kept.entries()) latents[plane.index] = state.latents[i] as Float32Array;
    return { ...state, field: returnColumns(state.field, model, job.model, start.field), latents };
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

/** Parameters of a field as those of the halved one. */
function keepColumns(parameters: Float32Array, whole: Model, halved: Model): Float32Array {
  const kept = new Float32Array(halved.field.parameters);
  moveColumns(whole, halved, (inWhole, inHalved) => {
    kept[inHalved] = parameters[inWhole] as number;
  });
  return kept;
}

/** The inverse. @param rest what planes are seen with that the halved field does not have */
function returnColumns(
  parameters: Float32Array,
  halved: Model,
  whole: Model,
  rest: Float32Array,
): Float32Array {
  const returned = rest.slice();
  moveColumns(whole, halved, (inWhole, inHalved) => {
    returned[inWhole] = parameters[inHalved] as number;
  });
  return returned;
}

/** Visits the indices of all parameters that both fields have. */
function moveColumns(whole: Model, halved: Model, visit: (inWhole: number, inHalved: number) => void): void {
  const columns = keptPlanes(whole).map(({ index }) => index);
  for (const [i, target] of halved.field.tensors.entries()) {
    const source = whole.field.tensors[i] as Tensor;
    const isFirst = target.layer === 0 && target.kind === 'weight';
    for (let k = 0; k < target.length; k++) {
      const [row, column] = [Math.floor(k / target.columns), k % target.columns];
      const from = isFirst ? (columns[column] as number) : column;
      visit(source.offset + row * source.columns + from, target.offset + k);
    }
  }
}
