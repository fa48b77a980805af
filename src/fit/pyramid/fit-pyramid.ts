/** @file A picture becomes a pyramid file: where its fit begins, and the short way of pictures of one colour. */

import type { Engine } from '../../engine/engine.ts';
import type { PyramidSession } from '../../engine/pyramid.ts';
import { peakOf } from '../../image/raster.ts';
import type { ProgressMeter } from '../progress.ts';
import { reaches } from './correction.ts';
import { firstTuples } from './experts.ts';
import { type FittedPyramid, finalizeUniform } from './finalize.ts';
import { fitToTarget, targetMissed } from './fit-to-target.ts';
import { Forecast } from './forecast.ts';
import { headStart } from './head-start.ts';
import type { PyramidJob } from './pyramid-job.ts';
import {
  headStartSchedule,
  headStartSteps,
  mainSchedule,
  scheduleAfterHeadStart,
  weightBetaOf,
} from './schedule.ts';
import { latentGain, lessConfident, withColour, withGain } from './start.ts';
import { firstLambda } from './target.ts';

/** @throws LoecError E_TARGET where the target can't be met, E_LIMIT or E_ABORTED */
export async function fitPyramid(
  engine: Engine,
  job: PyramidJob,
  meter: ProgressMeter,
): Promise<FittedPyramid> {
  const { raster, model, start } = job;
  const { steps, size } = job.effort;
  const pixels = raster.width * raster.height;
  const forecast = new Forecast(raster, steps);
  const lambda = firstLambda(job.target, () => forecast, pixels, size);
  const colour = meanColour(raster);
  const field = withColour(model, start.field, colour);
  const problem = {
    model,
    raster,
    tuples: firstTuples(job),
    start: { field, context: start.context, latents: null },
    weightBeta: weightBetaOf(steps),
  };
  const session = await engine.fitPyramid(problem);
  try {
    if (await isExact(session, raster)) {
      const fitted = await finalizeUniform(engine, problem, session, job, lambda);
      if (reaches(job.target, fitted)) return fitted;
      if (job.target.kind === 'bytes') return targetMissed(job.target);
    }
    const bitsPerPixel = forecast.at(lambda).bits / pixels;
    return await fitFromStart(engine, session, job, { lambda, bitsPerPixel, colour }, meter);
  } finally {
    session.dispose();
  }
}

/** What a fit knows of the picture beforehand. */
interface Outlook {
  readonly lambda: number;
  /** Predicted of the latents. */
  readonly bitsPerPixel: number;
  /** In [−1, 1]. */
  readonly colour: readonly number[];
}

/** @param session at a start of the picture's colour, which is all that a structured start needs */
async function fitFromStart(
  engine: Engine,
  session: PyramidSession,
  job: PyramidJob,
  { lambda, bitsPerPixel, colour }: Outlook,
  meter: ProgressMeter,
): Promise<FittedPyramid> {
  const { model, start, segmentation, effort } = job;
  const main = mainSchedule(effort.steps, start.id > 0, bitsPerPixel, lambda);
  if (start.id === 0) return fitToTarget(session, job, lambda, main, meter);
  const gain = latentGain(lambda);
  const schedule = { ...main, latentRate: main.latentRate / gain };
  const begin = {
    field: withColour(model, withGain(model, start.field, gain), colour),
    context: lessConfident(model, start.context),
  };
  // Derived classes follow the whole pyramid, and would be others at half the size.
  const ahead = segmentation ? 0 : headStartSteps(effort.steps, bitsPerPixel);
  if (ahead === 0) {
    session.writeWeights(begin);
    return fitToTarget(session, job, lambda, schedule, meter);
  }
  const state = await headStart(
    engine,
    job,
    begin,
    lambda,
    headStartSchedule(schedule, effort.steps),
    ahead,
    meter,
  );
  session.writeWeights(state);
  session.writeLatents(state.latents);
  const rest = { ...job, effort: { ...effort, steps: effort.steps - ahead } };
  return fitToTarget(session, rest, lambda, scheduleAfterHeadStart(schedule, effort.steps), meter);
}

/** Whether the field is within rounding of the picture, as it begins at that of a picture of one colour. */
async function isExact(session: PyramidSession, { depth }: PyramidJob['raster']): Promise<boolean> {
  const { distortion } = await session.loss('distortion');
  return distortion < 1 / (100 * peakOf(depth) ** 2);
}

/** In [−1, 1]. */
function meanColour(raster: PyramidJob['raster']): number[] {
  const { channels, data, depth } = raster;
  const sums = new Float64Array(channels);
  for (let i = 0; i < data.length; i++)
    sums[i % channels] = (sums[i % channels] as number) + (data[i] as number);
  const scale = (2 * channels) / (data.length * peakOf(depth));
  return Array.from(sums, (sum) => sum * scale - 1);
}
