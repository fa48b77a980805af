/** @file From a fit to files that reach its target. */

import type { PyramidSession } from '../../engine/pyramid.ts';
import type { FileTarget } from '../file-target.ts';
import type { ProgressMeter } from '../progress-meter.ts';
import { EXPECTED_SCORE_LOSS, LAST_FACTORS, SCORE_IN_TIME, TOLERANCE } from './calibration/rate-control.ts';
import type { Candidate, CandidateFiles } from './candidate-files.ts';
import { Corrections, type FileJob } from './correction.ts';
import { enhancedToTarget } from './enhancement/enhance.ts';
import { finalize } from './finalize.ts';
import type { FittedPyramid } from './fitted-pyramid.ts';
import { LAMBDA_RANGE, lossOf } from './goal.ts';
import { scoreSession } from './score.ts';
import { isClose, isCloseScore, isScore, reaches } from './target.ts';

/**
 * Adds the files of a fit to the candidates: as it is, then corrected, until one is close to the target or corrections have taken their
 * steps.
 * @param lambda the λ of the fit
 * @param mainSteps steps of the main training
 * @throws LoecError E_LIMIT
 */
export async function addTargetFiles(
  session: PyramidSession,
  job: FileJob,
  lambda: number,
  mainSteps: number,
  files: CandidateFiles,
  meter: ProgressMeter,
): Promise<void> {
  const corrections = new Corrections(session, job, lambda, mainSteps, meter);
  let scoreLoss: number = EXPECTED_SCORE_LOSS;
  let fitted: FittedPyramid;
  let isReached = false;
  do {
    const score = await approachScore(session, job, corrections, scoreLoss);
    fitted = await finalize(session, job, corrections.lambda, meter);
    files.add(fitted, corrections.lambda);
    isReached ||= reaches(job.target, fitted);
    scoreLoss = score - (fitted.ssimulacra2 ?? 0);
  } while (
    !isEnough(job.target, corrections, fitted) &&
    (await corrections.take({ ...fitted, ...lossOf(fitted) }))
  );
  if (job.journal.isHurried) return;
  const last = { ...fitted, lambda: corrections.lambda };
  if (!isReached || isBelowAllFits(job.target, last)) await addLastResorts(session, job, last, files, meter);
}

/** Whether there are bytes left that no fit would take. */
function isBelowAllFits(target: FileTarget, fitted: Candidate): boolean {
  return target.kind === 'bytes' && fitted.lambda <= LAMBDA_RANGE.min && !isClose(target, fitted);
}

/**
 * Corrects a fit whose SSIMULACRA2 would miss what is asked for before there is a file of it, which takes as long as a third of a short fit.
 * @param scoreLoss what a file loses of the session's score
 * @returns the session's score, or 0 where none is asked for
 */
async function approachScore(
  session: PyramidSession,
  job: FileJob,
  corrections: Corrections,
  scoreLoss: number,
): Promise<number> {
  const { target } = job;
  if (target.kind !== 'ssimulacra2') return 0;
  for (;;) {
    const score = await scoreSession(session, job);
    const ssimulacra2 = score - scoreLoss;
    if (isCloseScore(target, ssimulacra2, toleranceOf(corrections))) return score;
    if (!(await corrections.take({ ...(await session.loss()), ssimulacra2 }))) return score;
  }
}

/** Whether there is nothing left to correct that is worth its time. */
function isEnough(target: FileTarget, corrections: Corrections, fitted: FittedPyramid): boolean {
  if (target.kind !== 'ssimulacra2') return isClose(target, fitted);
  return isCloseScore(target, fitted.ssimulacra2 as number, toleranceOf(corrections));
}

/** By how much an SSIMULACRA2 may be above what is asked for, rather than take more time. */
function toleranceOf({ taken }: Corrections): number {
  return TOLERANCE.ssimulacra2 * (taken < SCORE_IN_TIME.share ? 1 : SCORE_IN_TIME.tolerance);
}

/**
 * Where a fit's file is too large, its weights are coded with fewer bits. Where it misses a score, or leaves bytes, an enhancement layer is added.
 * @param last of the fit's files
 */
async function addLastResorts(
  session: PyramidSession,
  job: FileJob,
  last: Candidate,
  files: CandidateFiles,
  meter: ProgressMeter,
): Promise<void> {
  const { target } = job;
  if (isScore(target) || reaches(target, last)) {
    meter.phase('enhance');
    files.add(await enhancedToTarget(session, job, last, target), last.lambda);
    return;
  }
  for (const factor of LAST_FACTORS) {
    const smaller = await finalize(session, job, last.lambda * factor, meter);
    files.add(smaller, last.lambda);
    if (reaches(target, smaller)) return;
  }
}
