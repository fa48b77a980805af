/** @file The steps of a pyramid encode, in order. */

import type { Engine } from '../../engine/engine.ts';
import type { PyramidSession } from '../../engine/pyramid.ts';
import type { PyramidPreset } from '../../field/presets.ts';
import { ssimulacra2Against } from '../../metrics/ssimulacra2.ts';
import type { MappedPicture } from '../../samples/to-outputs.ts';
import type { FileTarget } from '../file-target.ts';
import type { Fitted } from '../fitted.ts';
import type { Journal } from '../journal/journal.ts';
import type { CheckedOptions } from '../options.ts';
import { ProgressMeter } from '../progress-meter.ts';
import { beginTraining, problemOf } from './begin-training.ts';
import { FIT_ELASTICITY } from './calibration/by-tune.ts';
import { ENHANCED_BELOW } from './calibration/enhancement.ts';
import { type Candidate, CandidateFiles } from './candidate-files.ts';
import { enhancedAtLambda } from './enhancement/enhance.ts';
import { finalize } from './finalize.ts';
import { clampLambda, goalOf, LAMBDA_RANGE, lambdaFactor } from './goal.ts';
import { trainMain } from './main-training.ts';
import { alternativesOf, type PyramidJob, pyramidJob } from './pyramid-job.ts';
import { isScore, type Target } from './target.ts';
import { addTargetFiles } from './target-files.ts';
import { encodeUniform } from './uniform-picture.ts';
import { expectedSteps } from './work.ts';

/** @throws LoecError E_TARGET or E_LIMIT */
export async function encodePyramid(
  engine: Engine,
  mapped: MappedPicture,
  preset: PyramidPreset,
  options: CheckedOptions,
  journal: Journal,
): Promise<Fitted> {
  const ssimulacra2 = options.ssimulacra2 === undefined ? null : ssimulacra2Against(mapped.picture);
  const job = pyramidJob(mapped, preset, options, journal, ssimulacra2);
  const meter = new ProgressMeter(0, options.onProgress, journal);
  const files = new CandidateFiles(job.target);
  await addFits(engine, job, files, meter);
  if (!files.best && job.target.kind === 'bytes')
    await addSmallerFits(engine, job, preset, options, files, meter);
  const { file, psnr, ssimulacra2: reached } = journal.isHurried ? files.nearestOfAll : files.result;
  meter.finish('write');
  return { file, psnr, ...(reached !== undefined && { ssimulacra2: reached }), steps: meter.taken };
}

/** Adds what fits of a job's alternatives come to. */
async function addFits(
  engine: Engine,
  job: PyramidJob,
  files: CandidateFiles,
  meter: ProgressMeter,
): Promise<void> {
  const jobs = alternativesOf(job);
  for (const one of jobs) meter.expect(expectedSteps(one));
  for (const one of jobs) {
    if (!one.journal.isHurried || !files.nearest) await addFit(engine, one, files, meter);
  }
}

/** Adds what a fit comes to. */
async function addFit(
  engine: Engine,
  job: PyramidJob,
  files: CandidateFiles,
  meter: ProgressMeter,
): Promise<void> {
  const session = await engine.fitPyramid(problemOf(job));
  try {
    const isUniform = await addUniform(engine, session, job, files);
    // More steps may come closer to a colour, but not to a size.
    if (!isUniform || (!files.best && isScore(job.target)))
      await addDetailed(engine, session, job, files, meter);
  } finally {
    session.dispose();
  }
}

/** A smaller λ makes weights finer, which a score may need. */
const UNIFORM_LAMBDA_FACTOR = 1 / 8;

/** Adds files of a picture of one colour, up to one that reaches the target. @returns whether the picture is such a one */
async function addUniform(
  engine: Engine,
  session: PyramidSession,
  job: PyramidJob,
  files: CandidateFiles,
): Promise<boolean> {
  for (let { lambda } = job; lambda >= LAMBDA_RANGE.min; lambda *= UNIFORM_LAMBDA_FACTOR) {
    const uniform = await encodeUniform(engine, session, { ...job, lambda });
    if (!uniform) return false;
    files.add(uniform, lambda);
    if (files.best || !isScore(job.target)) break;
  }
  return true;
}

async function addDetailed(
  engine: Engine,
  session: PyramidSession,
  job: PyramidJob,
  files: CandidateFiles,
  meter: ProgressMeter,
): Promise<void> {
  const main = await beginTraining(engine, session, job, meter);
  const lambda = await trainMain(session, job, main, meter);
  const { target } = job;
  if (target.kind !== 'lambda') {
    await addTargetFiles(session, { ...job, target }, lambda, main.steps, files, meter);
    return;
  }
  const fitted = await finalize(session, job, lambda, meter);
  if (target.lambda >= ENHANCED_BELOW) {
    files.add(fitted, target.lambda);
    return;
  }
  meter.phase('enhance');
  files.add(await enhancedAtLambda(session, job, fitted, target.lambda), target.lambda);
}

/** Fits at most that look for fewer bytes. */
const SMALLER_FITS = 2;

/**
 * Where a fit has too many bytes, λ may have been far off to begin with, as forecasts are of pictures that are no photographs, and from that a
 * fit does not recover. Others begin where its file says that the bytes should be.
 */
async function addSmallerFits(
  engine: Engine,
  { mapped, ssimulacra2, journal }: PyramidJob,
  preset: PyramidPreset,
  options: CheckedOptions,
  files: CandidateFiles,
  meter: ProgressMeter,
): Promise<void> {
  for (let fits = 0; fits < SMALLER_FITS && !files.best && !journal.isHurried; fits++) {
    const begin = lambdaOfFewerBytes(files.target, files.nearest as Candidate, options);
    await addFits(engine, pyramidJob(mapped, preset, options, journal, ssimulacra2, begin), files, meter);
  }
}

/** The λ that should lead from a file to the bytes that are asked for. */
function lambdaOfFewerBytes(target: Target, { file, lambda }: Candidate, { tune }: CheckedOptions): number {
  const wanted = goalOf(target as FileTarget, tune, { distortion: 0 });
  return clampLambda(
    lambda * lambdaFactor(wanted, { bits: 8 * file.length, distortion: 0 }, FIT_ELASTICITY[tune]),
  );
}
