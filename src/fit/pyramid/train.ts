/** @file Takes a session along a schedule, at a λ that may change on the way. */

import { SQUARED_ERROR } from '../../distortion/squared-error.ts';
import type { PyramidLoss, PyramidSession } from '../../engine/pyramid.ts';
import type { Raster } from '../../image/raster.ts';
import { psnr as psnrOf } from '../../metrics/psnr.ts';
import type { EncodeProgress } from '../progress.ts';
import type { ProgressMeter } from '../progress-meter.ts';
import { inBatches } from '../step-batches.ts';
import { STEPS_PER_DERIVATION } from './calibration/training.ts';
import { drawnBy } from './drawn.ts';
import { deriveClasses } from './experts.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { type Schedule, scheduledStep } from './schedule.ts';

export interface Training {
  readonly schedule: Schedule;
  readonly steps: number;
  /** Steps of the whole schedule, where only its beginning is taken. @default steps */
  readonly scheduleSteps?: number;
  /** Steps that take as long as one on the whole picture. @default 1 */
  readonly stepsPerStep?: number;
  readonly lambda: LambdaSchedule;
}

/** λ at every step. */
export interface LambdaSchedule {
  /** Whether λ may change at a step. */
  changesAt(step: number): boolean;
  /** λ from that step on. */
  at(step: number): Promise<number>;
}

export function constantLambda(lambda: number): LambdaSchedule {
  return { changesAt: () => false, at: async () => lambda };
}

/** Takes the steps between two changes of λ or of the classes at once: an engine may hand them over together. */
export async function train(
  session: PyramidSession,
  job: PyramidJob,
  { schedule, steps, scheduleSteps = steps, stepsPerStep = 1, lambda: lambdas }: Training,
  meter: ProgressMeter,
): Promise<void> {
  const derives = (i: number): boolean => job.segmentation !== null && i % STEPS_PER_DERIVATION === 0;
  await inBatches(job.journal, 0, steps, async (from, to) => {
    let losses: PyramidLoss[] = [];
    for (let i = from, next = i; i < to; i = next) {
      if (derives(i)) await deriveClasses(session, job);
      const lambda = await lambdas.at(i);
      do next++;
      while (next < to && !derives(next) && !lambdas.changesAt(next));
      const range = Array.from({ length: next - i }, (_, k) =>
        scheduledStep(schedule, i + k, scheduleSteps, lambda, job.seed + i + k),
      );
      losses = await session.train(range);
    }
    const preview = await job.previews.look(job.journal, () => drawnBy(session, job));
    meter.took('fit', (to - from) / stepsPerStep, seenOf(job, losses.at(-1) as PyramidLoss, preview));
  });
}

/** How good the fit is so far, as far as it is known, and how large. */
function seenOf(
  { mapped: { picture }, distortion: kind }: PyramidJob,
  { distortion, bits }: PyramidLoss,
  preview: Raster | null,
): Pick<EncodeProgress, 'psnr' | 'bpp'> {
  const bpp = bits / (picture.width * picture.height);
  if (kind === SQUARED_ERROR) return { bpp, psnr: -10 * Math.log10(distortion) };
  return preview?.width === picture.width ? { bpp, psnr: psnrOf(picture, preview) } : { bpp };
}
