/**
 * @file Corrects a file that misses its target: the fit goes on for a while at another λ, with softer rounding the further it is from it.
 */

import type { PyramidSession } from '../../engine/pyramid.ts';
import type { FileTarget } from '../file-target.ts';
import type { ProgressMeter } from '../progress.ts';
import {
  CORRECTION_ELASTICITY,
  CORRECTION_GAIN,
  FINE_FACTOR,
  FIT_ELASTICITY,
} from './calibration/by-tune.ts';
import {
  COARSE_CORRECTION,
  CORRECTIONS,
  FINE_CORRECTION,
  LAST_FACTORS,
  MAX_CORRECTION_FACTOR,
  OVERSHOOT_FACTOR,
} from './calibration/rate-control.ts';
import type { CandidateFiles } from './candidate-files.ts';
import { finalize } from './finalize.ts';
import type { FittedPyramid } from './fitted-pyramid.ts';
import { clampLambda, type Goal, goalOf, lambdaFactor, lossOf } from './goal.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { correctionSchedule } from './schedule.ts';
import { isClose, isScore, middleOf } from './target.ts';
import { constantLambda, train } from './train.ts';

type Correction = typeof COARSE_CORRECTION | typeof FINE_CORRECTION;

type FileJob = PyramidJob & { readonly target: FileTarget };

/**
 * Adds the corrections of a file to the candidates.
 * @param job whose target is of the file
 * @param fitted of the session
 * @param lambda the λ of its fit
 * @param mainSteps steps of the main training
 * @throws LoecError E_LIMIT
 */
export async function addCorrections(
  session: PyramidSession,
  job: FileJob,
  fitted: FittedPyramid,
  lambda: number,
  mainSteps: number,
  files: CandidateFiles,
  meter: ProgressMeter,
): Promise<void> {
  let stepsLeft = Math.max(CORRECTIONS.steps, Math.floor(CORRECTIONS.share * mainSteps));
  let damping = 1;
  for (;;) {
    const correction = chooseCorrection(job, fitted, mainSteps, stepsLeft);
    if (!correction) break;
    const schedule = correctionSchedule(correction);
    const steps = stepsOf(correction, mainSteps);
    const deviation = deviationOf(job, fitted);
    const corrected = correctedLambda(correction, job, fitted, mainSteps, lambda, damping);
    await train(session, job, { schedule, steps, lambda: constantLambda(corrected) }, meter);
    stepsLeft -= steps;
    lambda = clampLambda(lambda * Math.exp(deviation));
    fitted = await finalize(session, job, lambda, meter);
    if (deviation * deviationOf(job, fitted) < 0) damping *= OVERSHOOT_FACTOR;
    files.add(fitted, lambda);
  }
  if (!files.best) await addLastResorts(session, job, lambda, files, meter);
}

/** null where the file is close to its target or too few steps are left. */
function chooseCorrection(
  job: FileJob,
  fitted: FittedPyramid,
  mainSteps: number,
  stepsLeft: number,
): Correction | null {
  if (isClose(job.target, fitted)) return null;
  const fine = factorOf(FINE_CORRECTION, job, fitted, mainSteps);
  const isNear = Math.abs(Math.log(fine)) < Math.log(FINE_FACTOR[job.tune]);
  const isAffordable = (correction: Correction) => stepsOf(correction, mainSteps) <= stepsLeft;
  if (!isNear && isAffordable(COARSE_CORRECTION)) return COARSE_CORRECTION;
  return isAffordable(FINE_CORRECTION) ? FINE_CORRECTION : null;
}

function stepsOf({ share, steps }: Correction, mainSteps: number): number {
  return Math.max(steps, Math.round(share * mainSteps));
}

/** The factor on λ that would take a file to its target by a correction. */
function factorOf({ name }: Correction, job: FileJob, fitted: FittedPyramid, mainSteps: number): number {
  const { toLarger, toSmaller } = CORRECTION_ELASTICITY[job.tune][name];
  const { bits, distortion } = lossOf(fitted);
  const atSameLambda = { bits, distortion: distortion * Math.exp(-CORRECTION_GAIN[job.tune] / mainSteps) };
  const isTooLarge = deviationOf(job, fitted) > 0;
  return lambdaFactor(goalFor(job, fitted), atSameLambda, isTooLarge ? toLarger : toSmaller);
}

/**
 * λ of a correction, where a fit at `lambda` came to `fitted`.
 * @param damping how much more strongly a file may respond than is usual
 */
function correctedLambda(
  correction: Correction,
  job: FileJob,
  fitted: FittedPyramid,
  mainSteps: number,
  lambda: number,
  damping: number,
): number {
  const max = MAX_CORRECTION_FACTOR;
  const factor = factorOf(correction, job, fitted, mainSteps) ** (1 / damping);
  return clampLambda(lambda * Math.min(max, Math.max(1 / max, factor)));
}

/** ln of the factor on λ that a whole fit would need to meet its target. */
function deviationOf(job: FileJob, fitted: FittedPyramid): number {
  return Math.log(lambdaFactor(goalFor(job, fitted), lossOf(fitted), FIT_ELASTICITY[job.tune]));
}

function goalFor({ target, tune }: FileJob, fitted: FittedPyramid): Goal {
  return goalOf(middleOf(target), tune, fitted);
}

/** What is still missing is made up for by the weights alone. */
async function addLastResorts(
  session: PyramidSession,
  job: FileJob,
  lambda: number,
  files: CandidateFiles,
  meter: ProgressMeter,
): Promise<void> {
  for (const factor of LAST_FACTORS) {
    const pushed = isScore(job.target) ? lambda / factor : lambda * factor;
    files.add(await finalize(session, job, pushed, meter), lambda);
    if (files.best) return;
  }
}
