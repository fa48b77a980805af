/** @file A picture becomes a pyramid file: where its fit begins, and the short way of pictures of one colour. */

import type { Engine } from '../../engine/engine.ts';
import type { PyramidSession } from '../../engine/pyramid.ts';
import { peakOf } from '../../image/raster.ts';
import type { ProgressMeter } from '../progress.ts';
import { firstLambda } from './aim.ts';
import { firstTuples } from './experts.ts';
import { Forecast } from './forecast.ts';
import type { PyramidJob } from './job.ts';
import { reaches } from './remedy.ts';
import { mainStretch } from './schedule.ts';
import { fitToAim, missed } from './search.ts';
import { type FittedPyramid, settlePlain } from './settle.ts';
import { latentGain, lessSure, withColour, withGain } from './start.ts';

/** @throws LoecError E_TARGET where the aim can't be met, E_LIMIT or E_ABORTED */
export async function fitPyramid(
  engine: Engine,
  job: PyramidJob,
  meter: ProgressMeter,
): Promise<FittedPyramid> {
  const { raster, spec, context, start } = job;
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
    const main = mainStretch(steps, start.id > 0, forecast.at(lambda).bits / pixels);
    if (start.id === 0) return await fitToAim(session, job, lambda, main, meter);
    const gain = latentGain(lambda);
    session.writeWeights({
      field: withColour(spec, withGain(spec, start.field, gain), colour),
      context: lessSure(start.context, context),
    });
    return await fitToAim(session, job, lambda, { ...main, latentRate: main.latentRate / gain }, meter);
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
