/** @file The work of a pyramid fit in training steps, whatever it is, so that progress and the time left are about right. */

import { LOSSES_PER_TENSOR, LOSSES_PER_WEIGHT } from '../weights/weight-search.ts';
import { COARSE_CORRECTION } from './calibration/rate-control.ts';
import type { PyramidJob } from './pyramid-job.ts';

/** Told of work other than training steps, in such steps. */
export type OnWork = (steps: number) => void;

/** A gradient of the weights, for their rounding. */
export const STEPS_PER_SAMPLE = 1;

/** A loss of distortion or bits alone. */
export const STEPS_PER_LOSS = 0.25;

/** A round of trials of the latents. */
export const STEPS_PER_TRIALS = 20;

/** What a fit will probably take. */
export function expectedSteps({ target, effort, model }: PyramidJob): number {
  const { steps, samples, sweeps, refinements, trials } = effort;
  const corrections = target.kind === 'lambda' ? 0 : COARSE_CORRECTION.share;
  const weights = model.field.parameters + model.context.parameters;
  const finalizing =
    STEPS_PER_SAMPLE * samples +
    STEPS_PER_LOSS * LOSSES_PER_TENSOR * model.tensors.length * sweeps +
    STEPS_PER_LOSS * LOSSES_PER_WEIGHT * weights * refinements +
    STEPS_PER_TRIALS * trials;
  return steps * (1 + corrections) + finalizing;
}
