/** @file The steps of a pyramid encode, in order. */

import type { Engine } from '../../engine/engine.ts';
import type { PyramidSession } from '../../engine/pyramid.ts';
import type { PyramidPreset } from '../../field/presets.ts';
import type { Raster } from '../../image/raster.ts';
import type { Fitted, FittedFile } from '../fitted.ts';
import type { CheckedOptions } from '../options.ts';
import { ProgressMeter } from '../progress.ts';
import { beginTraining, problemOf } from './begin-training.ts';
import { correctFile } from './correction.ts';
import { finalize } from './finalize.ts';
import { trainMain } from './main-training.ts';
import { type PyramidJob, pyramidJob } from './pyramid-job.ts';
import { encodeUniform } from './uniform-picture.ts';
import { expectedSteps } from './work.ts';

/** @throws LoecError E_TARGET or E_LIMIT */
export async function encodePyramid(
  engine: Engine,
  raster: Raster,
  preset: PyramidPreset,
  options: CheckedOptions,
): Promise<Fitted> {
  const job = pyramidJob(raster, preset, options);
  const meter = new ProgressMeter(expectedSteps(job), options.onProgress);
  const session = await engine.fitPyramid(problemOf(job));
  try {
    const uniform = await encodeUniform(engine, session, job);
    const fitted = uniform ?? (await encodeDetailed(engine, session, job, meter));
    meter.finish('write');
    return { ...fitted, steps: meter.taken };
  } finally {
    session.dispose();
  }
}

async function encodeDetailed(
  engine: Engine,
  session: PyramidSession,
  job: PyramidJob,
  meter: ProgressMeter,
): Promise<FittedFile> {
  const main = await beginTraining(engine, session, job, meter);
  const lambda = await trainMain(session, job, main, meter);
  const fitted = await finalize(session, job, lambda, meter);
  return correctFile(session, job, fitted, lambda, main.steps, meter);
}
