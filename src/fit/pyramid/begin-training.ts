/**
 * @file Where the training of a pyramid begins: at the picture's mean colour, from learned weights perhaps after a head start at half its
 * size.
 */

import type { Engine } from '../../engine/engine.ts';
import type { PyramidProblem, PyramidSession } from '../../engine/pyramid.ts';
import type { ProgressMeter } from '../progress-meter.ts';
import { firstTuples } from './experts.ts';
import { headStart } from './head-start.ts';
import type { PyramidJob } from './pyramid-job.ts';
import {
  headStartSchedule,
  headStartSteps,
  mainSchedule,
  type Schedule,
  scheduleAfterHeadStart,
  weightBetaOf,
} from './schedule.ts';
import { latentGain, lessConfident, withGain } from './start.ts';
import { meanColour, withColour } from './start-colour.ts';
import { tensorsOfPart } from './trained-part.ts';

/** The training that follows. */
export interface MainTraining {
  readonly schedule: Schedule;
  readonly steps: number;
}

/** A pyramid of zeros of the picture's colour. */
export function problemOf(job: PyramidJob): PyramidProblem {
  const { raster, distortion, model, start, trained, effort } = job;
  return {
    model,
    raster,
    distortion,
    tuples: firstTuples(job),
    start: {
      field: withColour(model, start.field, meanColour(raster)),
      context: start.context,
      latents: null,
    },
    trained: tensorsOfPart(model, trained),
    weightBeta: weightBetaOf(effort.steps),
  };
}

/** @param session of `problemOf`, which is all that a structured start needs */
export async function beginTraining(
  engine: Engine,
  session: PyramidSession,
  job: PyramidJob,
  meter: ProgressMeter,
): Promise<MainTraining> {
  const { raster, model, start, trained, segmentation, lambda, bitsPerPixel } = job;
  const { steps } = job.effort;
  const main = mainSchedule(steps, start.id > 0, bitsPerPixel, lambda);
  if (start.id === 0) return { schedule: main, steps };
  // What is not trained stays the start's.
  const gain = trained === 'colours' ? 1 : latentGain(lambda);
  const schedule = { ...main, latentRate: main.latentRate / gain };
  const weights = {
    field: withColour(model, withGain(model, start.field, gain), meanColour(raster)),
    context: trained === 'colours' ? start.context : lessConfident(model, start.context),
  };
  // Derived classes follow the whole pyramid, and would be others at half the size.
  const ahead = segmentation ? 0 : headStartSteps(steps, bitsPerPixel);
  if (ahead === 0) {
    session.writeWeights(weights);
    return { schedule, steps };
  }
  const state = await headStart(engine, job, weights, headStartSchedule(schedule, steps), ahead, meter);
  session.writeWeights(state);
  session.writeLatents(state.latents);
  return { schedule: scheduleAfterHeadStart(schedule, steps), steps: steps - ahead };
}
