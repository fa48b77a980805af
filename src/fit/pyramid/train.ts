/** @file Takes a session along a stretch, at a λ that may follow the fit. */

import type { PyramidLoss, PyramidSession } from '../../engine/pyramid.ts';
import { Pacer } from '../time-slices.ts';
import type { ProgressMeter } from '../progress.ts';
import { deriveClasses, STEPS_PER_DERIVATION } from './experts.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { type Stretch, stepOfStretch } from './schedule.ts';

/** A stretch, or the beginning of one. */
export interface Leg {
  readonly stretch: Stretch;
  /** Steps that are taken. */
  readonly steps: number;
  /** Steps of the whole stretch. */
  readonly of: number;
  /** Steps that count as one on the meter. */
  readonly perStep: number;
}

export function wholeOf(stretch: Stretch, steps: number): Leg {
  return { stretch, steps, of: steps, perStep: 1 };
}

/** λ through a stretch. */
export interface Trade {
  /** Whether λ may change at a step. */
  isDue(step: number): boolean;
  /** λ from that step on. */
  at(step: number): Promise<number>;
}

export function constant(lambda: number): Trade {
  return { isDue: () => false, at: async () => lambda };
}

/** Takes the steps between two looks at once: an engine may hand them over together. */
export async function train(
  session: PyramidSession,
  job: PyramidJob,
  { stretch, steps, of, perStep }: Leg,
  trade: Trade,
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
        stepOfStretch(stretch, i + k, of, lambda, job.seed + i + k),
      );
      losses = await session.train(course);
    }
    meter.took('fit', (to - from) / perStep, -10 * Math.log10((losses.at(-1) as PyramidLoss).distortion));
  });
}
