/** @file The main training: latents, field and context model together, λ led to the target. */

import type { PyramidSession } from '../../engine/pyramid.ts';
import type { ProgressMeter } from '../progress.ts';
import type { MainTraining } from './begin-training.ts';
import { MEASURE_OVERHEAD_FROM } from './calibration/rate-control.ts';
import { finalize } from './finalize.ts';
import { LambdaControl } from './lambda-control.ts';
import { expectedOverhead, grown, overheadOf } from './overhead.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { lossOf, middleOf } from './target.ts';
import { train } from './train.ts';

/** @returns λ at its end @throws LoecError E_LIMIT */
export async function trainMain(
  session: PyramidSession,
  job: PyramidJob,
  { schedule, steps }: MainTraining,
  meter: ProgressMeter,
): Promise<number> {
  const { raster, effort } = job;
  const control = new LambdaControl(middleOf(job.target), job.lambda, steps);
  let overhead = expectedOverhead(job.lambda, raster.width * raster.height, effort.size);
  let isMeasured = false;
  const lambdaAt = async (i: number): Promise<number> => {
    if (!control.isDue(i)) return control.lambda;
    const loss = await session.loss();
    if (!isMeasured && i >= steps / 2 && overhead.bits > MEASURE_OVERHEAD_FROM * loss.bits) {
      const file = await finalize(session, roughly(job), control.lambda, meter);
      overhead = grown(overheadOf(lossOf(file), loss));
      isMeasured = true;
    }
    control.update(loss, overhead, i);
    return control.lambda;
  };
  const lambda = { changesAt: (i: number) => control.isDue(i), at: lambdaAt };
  await train(session, job, { schedule, steps, lambda }, meter);
  return control.lambda;
}

/**
 * The job without the search of single weights, whose small gain does not matter to an estimate, and without trials of latents, which gain
 * more at half a fit than at its end.
 */
function roughly(job: PyramidJob): PyramidJob {
  return { ...job, effort: { ...job.effort, refinements: 0, trials: 0 } };
}
