/** @file The work of a whole pyramid fit in training steps. */

import { COARSE_CORRECTION } from './correction.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { STEPS_PER_SAMPLE, STEPS_PER_TENSOR, STEPS_PER_TRIALS, STEPS_PER_WEIGHT } from './work.ts';

/** What a fit will probably take. */
export function expectedSteps({ target, effort, model }: PyramidJob): number {
  const { steps, samples, sweeps, refinements, trials } = effort;
  const corrections = target.kind === 'lambda' ? 0 : COARSE_CORRECTION.share;
  const weights = model.field.parameters + model.context.parameters;
  const settling =
    STEPS_PER_SAMPLE * samples +
    STEPS_PER_TENSOR * model.tensors.length * sweeps +
    STEPS_PER_WEIGHT * weights * refinements +
    STEPS_PER_TRIALS * trials;
  return steps * (1 + corrections) + settling;
}
