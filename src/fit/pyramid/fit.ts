/** @file A picture becomes a pyramid file: where its fit begins, and the short way of pictures of one colour. */

import type { Engine } from '../../engine/engine.ts';
import type { PyramidSession } from '../../engine/pyramid.ts';
import { peakOf } from '../../image/raster.ts';
import type { ProgressMeter } from '../progress.ts';
import { firstLambda } from './aim.ts';
import { firstTuples } from './experts.ts';
import { Forecast } from './forecast.ts';
import { headStart } from './head-start.ts';
import type { PyramidJob } from './job.ts';
import { reaches } from './remedy.ts';
import { aheadOf, goingOn, headStartSteps, mainStretch } from './schedule.ts';
import { fitToAim, missed } from './search.ts';
import { type FittedPyramid, settlePlain } from './settle.ts';
import { latentGain, lessSure, withColour, withGain } from './start.ts';

/** @throws LoecError E_TARGET where the aim can't be met, E_LIMIT or E_ABORTED */
export async function fitPyramid(
  engine: Engine,
  job: PyramidJob,
  meter: ProgressMeter,
): Promise<FittedPyramid> {
  const { raster, spec, context, segmentation, start } = job;
  const { steps, size } = job.effort;
  const pixels = raster.width * raster.height;
  const forecast = new Forecast(raster, steps);
  const lambda = firstLambda(job.aim, () => forecast, pixels, size);
  const colour = meanColour(raster);
  const field = withColour(spec, start.field, colour);
  const problem = {
    spec,
    context,
    raster,
    tuples: firstTuples(job),
    start: { field, context: start.context, latents: null },
  };
  const session = await engine.fitPyramid(problem);
  try {
    if (await isExact(session, raster)) {
      const fitted = await settlePlain(engine, problem, session, job, lambda);
      if (reaches(job.aim, fitted)) return fitted;
      if (job.aim.kind === 'bytes') return missed(job.aim);
    }
    const bitsPerPixel = forecast.at(lambda).bits / pixels;
    const main = mainStretch(steps, start.id > 0, bitsPerPixel, lambda);
    if (start.id === 0) return await fitToAim(session, job, lambda, main, meter);
    const gain = latentGain(lambda);
    const stretch = { ...main, latentRate: main.latentRate / gain };
    const begin = {
      field: withColour(spec, withGain(spec, start.field, gain), colour),
      context: lessSure(start.context, context),
    };
    const ahead = segmentation === null ? headStartSteps(steps, bitsPerPixel) : 0;
    if (ahead === 0) {
      session.writeWeights(begin);
      return await fitToAim(session, job, lambda, stretch, meter);
    }
    const state = await headStart(engine, job, begin, lambda, aheadOf(stretch), ahead, meter);
    session.writeWeights(state);
    session.writeLatents(state.latents);
    const rest = { ...job, effort: { ...job.effort, steps: steps - ahead } };
    return await fitToAim(session, rest, lambda, goingOn(stretch), meter);
  } finally {
    session.dispose();
  }
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
