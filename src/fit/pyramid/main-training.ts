/** @file The main training: latents, field and context model together, λ led to the target. */

import type { PyramidLoss, PyramidSession } from '../../engine/pyramid.ts';
import type { FileTarget } from '../file-target.ts';
import type { ProgressMeter } from '../progress-meter.ts';
import type { MainTraining } from './begin-training.ts';
import { MEASURE_OVERHEAD_FROM, SCORE_INTERVAL } from './calibration/rate-control.ts';
import { finalize, roughly } from './finalize.ts';
import { type Goal, goalOf, lossOf } from './goal.ts';
import { LambdaControl } from './lambda-control.ts';
import { expectedOverhead, grown, overheadOf } from './overhead.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { scoreSession } from './score.ts';
import { middleOf } from './target.ts';
import { constantLambda, train } from './train.ts';

/** @returns λ at its end @throws LoecError E_LIMIT */
export async function trainMain(
  session: PyramidSession,
  job: PyramidJob,
  training: MainTraining,
  meter: ProgressMeter,
): Promise<number> {
  const { target, lambda } = job;
  if (target.kind !== 'lambda') return trainTowards(session, job, training, target, meter);
  await train(session, job, { ...training, lambda: constantLambda(lambda) }, meter);
  return lambda;
}

async function trainTowards(
  session: PyramidSession,
  job: PyramidJob,
  { schedule, steps }: MainTraining,
  target: FileTarget,
  meter: ProgressMeter,
): Promise<number> {
  const { raster, effort, trained, tune } = job;
  const control = new LambdaControl(job.lambda, steps, tune);
  const goals = new Goals(session, job, middleOf(target), steps);
  let overhead = expectedOverhead(job.lambda, raster.width * raster.height, effort.size, trained, tune);
  let isMeasured = false;
  const lambdaAt = async (i: number): Promise<number> => {
    if (!control.isDue(i)) return control.lambda;
    const loss = await session.loss();
    if (!isMeasured && i >= steps / 2 && overhead.bits > MEASURE_OVERHEAD_FROM * loss.bits) {
      const file = await finalize(session, roughly(job), control.lambda, meter);
      overhead = grown(overheadOf(lossOf(file), loss));
      isMeasured = true;
    }
    control.update(await goals.at(i, loss), loss, overhead, i);
    return control.lambda;
  };
  const lambda = { changesAt: (i: number) => control.isDue(i), at: lambdaAt };
  await train(session, job, { schedule, steps, lambda }, meter);
  return control.lambda;
}

/** What the target comes to. An SSIMULACRA2 is measured a few times, as that takes as long as many steps. */
class Goals {
  readonly #session: PyramidSession;
  readonly #job: PyramidJob;
  readonly #target: FileTarget;
  readonly #interval: number;
  /** The step from which on it is to be measured again. */
  #due = 0;
  #goal: Goal | null = null;

  constructor(session: PyramidSession, job: PyramidJob, target: FileTarget, steps: number) {
    this.#session = session;
    this.#job = job;
    this.#target = target;
    this.#interval = Math.max(SCORE_INTERVAL.least, SCORE_INTERVAL.share * steps);
  }

  /** @param loss before step `i` */
  async at(i: number, { distortion }: PyramidLoss): Promise<Goal> {
    const { tune } = this.#job;
    if (this.#target.kind !== 'ssimulacra2') return goalOf(this.#target, tune, { distortion });
    if (this.#goal && i < this.#due) return this.#goal;
    this.#due = i + this.#interval;
    const ssimulacra2 = await scoreSession(this.#session, this.#job);
    this.#goal = goalOf(this.#target, tune, { distortion, ssimulacra2 });
    return this.#goal;
  }
}
