/** @file Takes a session along a schedule, at a λ that may follow the fit. */

import type { PyramidLoss, PyramidSession } from '../../engine/pyramid.ts';
import type { ProgressMeter } from '../progress.ts';
import { Pacer } from '../time-slices.ts';
import { deriveClasses, STEPS_PER_DERIVATION } from './experts.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { type Schedule, scheduledStep } from './schedule.ts';

/** A schedule, or the beginning of one. */
export interface TrainingRun {
  readonly schedule: Schedule;
  /** Steps that are taken. */
  readonly steps: number;
  /** Steps of the whole schedule. */
  readonly of: number;
  /** Steps that count as one on the meter. */
  readonly perStep: number;
}

export function wholeSchedule(schedule: Schedule, steps: number): TrainingRun {
  return { schedule, steps, of: steps, perStep: 1 };
}

/** λ through a schedule. */
export interface LambdaSchedule {
  /** Whether λ may change at a step. */
  isDue(step: number): boolean;
  /** λ from that step on. */
  at(step: number): Promise<number>;
}

export function constantLambda(lambda: number): LambdaSchedule {
  return { isDue: () => false, at: async () => lambda };
}

/** Takes the steps between two looks at once: an engine may hand them over together. */
export async function train(
  session: PyramidSession,
  job: PyramidJob,
  { schedule, steps, of, perStep }: TrainingRun,
  trade: LambdaSchedule,
  meter: ProgressMeter,
): Promise<void> {
  const derives = (i: number): boolean => job.segmentation !== null && i % STEPS_PER_DERIVATION === 0;
  await new Pacer(job.signal).run(0, steps, async (from, to) => {
    let losses: PyramidLoss[] = [];
    for (let i = from, next = i; i < to; i = next) {
      if (derives(i)) await deriveClasses(session, job);
      const lambda = await trade.at(i);
      do next++;
      while (next < to && !derives(next) && !trade.isDue(next));
      const course = Array.from({ length: next - i }, (_, k) =>
        scheduledStep(schedule, i + k, of, lambda, job.seed + i + k),
      );
      losses = await session.train(course);
    }
    meter.took('fit', (to - from) / perStep, -10 * Math.log10((losses.at(-1) as PyramidLoss).distortion));
  });
}
