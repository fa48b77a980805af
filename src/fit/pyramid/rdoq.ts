/**
 * @file Rate-distortion optimised quantization of latents: a fit ends with latents near integers, but not each at the best of them. Its
 * gradient says in which direction the loss falls; exact trials decide (docs/experiments.md, "Trials of latents").
 */

import type { PyramidSession } from '../../engine/pyramid.ts';
import type { Plane } from '../../field/model.ts';
import type { Latents } from '../../field/pyramid.ts';
import { FIRST_COARSE_LEVEL } from '../../render/pyramid/experts.ts';
import { LEAST_SAVING } from './calibration/quantization.ts';
import { tuplesOf } from './experts.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { type LatentTrials, openTrials } from './trials/latent-trials.ts';
import { canBeTried, TRIAL_LEVELS } from './trials/layout.ts';
import { type OnWork, STEPS_PER_TRIALS } from './work.ts';

/**
 * The session's latents as integers, for the weights that it has; it keeps its own.
 * @param lambda of D + λR
 */
export function optimizeLatents(
  session: PyramidSession,
  job: PyramidJob,
  lambda: number,
  onWork: OnWork = () => {},
): Promise<Latents> {
  // A journal keeps what trials come to, and not the gradients and local models that they go by.
  return job.journal.recall(() => tryLatents(session, job, lambda, onWork));
}

async function tryLatents(
  session: PyramidSession,
  job: PyramidJob,
  lambda: number,
  onWork: OnWork,
): Promise<Latents> {
  const rounds = job.effort.trials;
  if (rounds === 0) return session.readLatents();
  const trials = await trialsOf(session, job, lambda);
  const onBands = (count: number): void => onWork((STEPS_PER_TRIALS * count) / trials.bands);
  try {
    for (let round = 0; round < rounds; round++) {
      if (round > 0) await renewLocalModel(session, trials);
      await writeCandidates(session, job, lambda, trials);
      trials.tryAll(onBands);
    }
    return trials.latents();
  } finally {
    await trials.dispose();
  }
}

async function trialsOf(session: PyramidSession, job: PyramidJob, lambda: number): Promise<LatentTrials> {
  const { model, raster } = job;
  const latents = await session.readLatents();
  const options = {
    model,
    raster,
    localModel: session.host && (await session.host.localModel()),
    lambda,
    weights: await session.readWeights(),
    tuples: await tuplesOf(session, job, latents),
    latents,
    levels: triedLevels(job),
  };
  return openTrials(options, job.threads);
}

/** A round has changed the outputs, around which D is another but for the squared error. */
async function renewLocalModel(session: PyramidSession, trials: LatentTrials): Promise<void> {
  if (!session.host) return;
  const { latents } = await session.readState();
  session.writeLatents(trials.latents().map((plane) => Float32Array.from(plane)));
  trials.writeLocalModel(await session.host.localModel());
  session.writeLatents(latents);
}

/** Classes that are derived from coarse planes would follow these. */
function triedLevels({ segmentation }: PyramidJob): number {
  return segmentation === null ? TRIAL_LEVELS : Math.min(TRIAL_LEVELS, FIRST_COARSE_LEVEL);
}

async function writeCandidates(
  session: PyramidSession,
  job: PyramidJob,
  lambda: number,
  trials: LatentTrials,
): Promise<void> {
  const bit = lambda / (job.raster.width * job.raster.height);
  const levels = triedLevels(job);
  await session.latentGradient(lambda, trials.latents(), (index, row, gradient) => {
    const plane = job.model.planes[index] as Plane;
    if (!canBeTried(plane, levels)) return;
    const least = bit * (LEAST_SAVING[plane.level] as number);
    trials.writeCandidates(index, row, candidatesOf(gradient, least));
  });
}

function candidatesOf(gradient: Float32Array, least: number): Int8Array {
  const candidates = new Int8Array(gradient.length);
  for (let i = 0; i < candidates.length; i++) {
    const slope = gradient[i] as number;
    if (Math.abs(slope) > least) candidates[i] = -Math.sign(slope);
  }
  return candidates;
}
