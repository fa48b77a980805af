/** @file The steps of a pyramid encode, in order. */

import type { Engine } from '../../engine/engine.ts';
import type { PyramidSession } from '../../engine/pyramid.ts';
import type { PyramidPreset } from '../../field/presets.ts';
import { ssimulacra2Against } from '../../metrics/ssimulacra2.ts';
import type { MappedPicture } from '../../samples/to-outputs.ts';
import type { Fitted } from '../fitted.ts';
import type { CheckedOptions } from '../options.ts';
import { ProgressMeter } from '../progress.ts';
import { beginTraining, problemOf } from './begin-training.ts';
import { CandidateFiles, lambdaBetween } from './candidate-files.ts';
import { finalize } from './finalize.ts';
import { trainMain } from './main-training.ts';
import { type PyramidJob, pyramidJob } from './pyramid-job.ts';
import { isClose, isScore, scoreOf } from './target.ts';
import { addTargetFiles } from './target-files.ts';
import { encodeUniform } from './uniform-picture.ts';
import { expectedSteps } from './work.ts';

/** @throws LoecError E_TARGET or E_LIMIT */
export async function encodePyramid(
  engine: Engine,
  mapped: MappedPicture,
  preset: PyramidPreset,
  options: CheckedOptions,
): Promise<Fitted> {
  const ssimulacra2 = options.ssimulacra2 === undefined ? null : ssimulacra2Against(mapped.picture);
  const job = pyramidJob(mapped, preset, options, ssimulacra2);
  const meter = new ProgressMeter(expectedSteps(job), options.onProgress);
  const files = new CandidateFiles(job.target);
  await addFit(engine, job, files, meter);
  if (!files.best) await addFurtherFits(engine, job, preset, options, files, meter);
  const { file, psnr, ssimulacra2: reached } = files.result;
  meter.finish('write');
  return { file, psnr, ...(reached !== undefined && { ssimulacra2: reached }), steps: meter.taken };
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
    const uniform = await encodeUniform(engine, session, job);
    if (uniform) files.add(uniform, job.lambda);
    // More steps may come closer to a colour, but not to a size.
    if (!uniform || (!files.best && isScore(job.target)))
      await addDetailed(engine, session, job, files, meter);
  } finally {
    session.dispose();
  }
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
  if (target.kind === 'lambda') files.add(await finalize(session, job, lambda, meter), lambda);
  else await addTargetFiles(session, { ...job, target }, lambda, main.steps, files, meter);
}

const BEST = [{ quality: 100 }, { bpp: 8 }, { bpp: 1000 }] as const;

/** What else may be asked for: a target that one of them reaches is never missed. */
const ENDS = {
  psnr: BEST,
  ssimulacra2: BEST,
  bytes: [{ quality: 0 }],
  lambda: [],
} as const;

/** By how much the best of all files may be above that of the highest quality: its λ is 300 times the least. */
const HIDDEN = { psnr: 25, ssimulacra2: 50 } as const;

/**
 * Where a fit misses its target, λ may have been far off to begin with, as forecasts are of pictures that are no photographs, and from that a
 * fit does not recover. Fits at the ends of what may be asked for tell whether the target is in reach, and one in between comes nearer.
 */
async function addFurtherFits(
  engine: Engine,
  { mapped, ssimulacra2 }: PyramidJob,
  preset: PyramidPreset,
  options: CheckedOptions,
  files: CandidateFiles,
  meter: ProgressMeter,
): Promise<void> {
  const fit = (job: PyramidJob): Promise<void> => {
    meter.expect(expectedSteps(job));
    return addFit(engine, job, files, meter);
  };
  const { psnr, ssimulacra2: _, bpp, size, ...untargeted } = options;
  for (const end of ENDS[files.target.kind]) {
    if (files.best || isHopeless(files)) break;
    await fit(pyramidJob(mapped, preset, { ...untargeted, ...end }, ssimulacra2));
  }
  const { best, nearest } = files;
  if (!best || !nearest || isClose(files.target, best)) return;
  await fit(pyramidJob(mapped, preset, options, ssimulacra2, lambdaBetween(files.target, nearest, best)));
}

/** Whether a score is so far from all files that further fits would only take time. */
function isHopeless({ target, nearest }: CandidateFiles): boolean {
  if (!isScore(target) || nearest === null) return false;
  return target.score > scoreOf(target, nearest) + HIDDEN[target.kind];
}
