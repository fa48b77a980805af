/**
 * @file A session in search of its aim: λ follows while latents, field and context model are fitted; where the file still misses, the
 * fit goes on for a while at a corrected λ.
 */

import type { PyramidLoss, PyramidSession } from '../../engine/pyramid.ts';
import { LoecError } from '../../errors.ts';
import { Pacer } from '../pacer.ts';
import type { ProgressMeter } from '../progress.ts';
import {
  type Aim,
  clampLambda,
  correction,
  LambdaControl,
  overheadOf,
  type Response,
  usualOverhead,
} from './aim.ts';
import { deriveClasses, STEPS_PER_DERIVATION } from './experts.ts';
import type { PyramidJob } from './job.ts';
import { CORRECTION, NUDGE, type Stretch, stepOfStretch } from './schedule.ts';
import { type FittedPyramid, settle } from './settle.ts';

/** A way to go on from a file that misses its aim. */
interface Remedy {
  readonly stretch: Stretch;
  /** Share of the main stretch's steps, and steps at least. */
  readonly share: number;
  readonly steps: number;
  /** How bits and distortion answer to its λ, which it is too short to take in: to a larger one less than to a smaller one. */
  readonly toLarger: Response;
  readonly toSmaller: Response;
}

/** Responses are means over crops of three pictures at two λ after 300 steps. */
const CORRECT: Remedy = {
  stretch: CORRECTION,
  share: 0.3,
  steps: 50,
  toLarger: { rate: 0.08, distortion: 0.18 },
  toSmaller: { rate: 0.16, distortion: 0.2 },
};
const GO_NEARER: Remedy = {
  stretch: NUDGE,
  share: 0.1,
  steps: 40,
  toLarger: { rate: 0.06, distortion: 0.1 },
  toSmaller: { rate: 0.1, distortion: 0.1 },
};

/** Factor on λ of a correction, and where going nearer is enough. */
const LARGEST_STEP = 5;
const NEAR_STEP = 2;

/**
 * Corrections together take this share of the main stretch at most, so that an encode takes less than twice its main stretch; or so many
 * steps, without which a fit of few steps would not reach anything.
 */
const CORRECTIONS = { share: 0.9, steps: 150 } as const;

/** What is left over is made up by the weights alone: factors on the λ that their steps are chosen at. */
const LAST_FACTORS = [1.4, 2, 3, 4, 6, 8, 16, 32] as const;

/** Steps that are counted for the search of the weights' steps, as a share of the main stretch. */
const SEARCH_SHARE = 0.05;

/** A file this much under its size, or this far above its PSNR in dB, is good enough. */
const SIZE_TOLERANCE = 0.018;
const PSNR_TOLERANCE = 0.1;

/** Where weights take more than this share of the latents' bits, half a fit is made a file to see what they take and spoil. */
const WEIGHTY = 0.1;

/** Training steps that a fit will probably take. */
export function expectedSteps({ aim, effort }: PyramidJob): number {
  const corrections = aim.kind === 'lambda' ? 0 : CORRECT.share;
  return effort.steps * (1 + corrections + SEARCH_SHARE);
}

/** @throws LoecError E_TARGET where the aim can't be met, E_LIMIT or E_ABORTED */
export async function fitToAim(
  session: PyramidSession,
  job: PyramidJob,
  first: number,
  main: Stretch,
  meter: ProgressMeter,
): Promise<FittedPyramid> {
  let lambda = await fitMain(session, job, first, main, meter);
  meter.phase('quantize');
  let fitted = await settle(session, job, lambda);
  let best = better(job.aim, null, fitted);
  let left = stepsForCorrections(job);
  let caution = 1;
  for (;;) {
    const remedy = remedyOf(job, fitted, left);
    if (!remedy) break;
    const steps = stepsOf(remedy, job);
    const missed = correction(inside(job.aim), measured(fitted));
    const factor = correctionBy(remedy, job.aim, fitted) ** (1 / caution);
    const pushed = clampLambda(lambda * Math.min(LARGEST_STEP, Math.max(1 / LARGEST_STEP, factor)));
    await train(session, job, remedy.stretch, steps, async () => pushed, meter);
    left -= steps;
    lambda = clampLambda(lambda * missed);
    meter.phase('quantize');
    fitted = await settle(session, job, lambda);
    const hasCrossed = Math.log(missed) * Math.log(correction(inside(job.aim), measured(fitted))) < 0;
    if (hasCrossed) caution *= 1.5;
    best = better(job.aim, best, fitted);
  }
  return best ?? makeUp(session, job, lambda);
}

function stepsForCorrections({ aim, effort }: PyramidJob): number {
  if (aim.kind === 'lambda') return 0;
  return Math.max(CORRECTIONS.steps, Math.floor(CORRECTIONS.share * effort.steps));
}

/** What to do about a file; null where it is close to the aim or no steps are left. */
function remedyOf(job: PyramidJob, fitted: FittedPyramid, left: number): Remedy | null {
  if (isClose(job.aim, fitted)) return null;
  const nearer = correctionBy(GO_NEARER, job.aim, fitted);
  const isNear = Math.abs(Math.log(nearer)) < Math.log(NEAR_STEP);
  const isAffordable = (remedy: Remedy) => stepsOf(remedy, job) <= left;
  if (!isNear && isAffordable(CORRECT)) return CORRECT;
  return isAffordable(GO_NEARER) ? GO_NEARER : null;
}

/** The factor on λ that would take a file to its aim by a remedy. */
function correctionBy({ toLarger, toSmaller }: Remedy, aim: Aim, fitted: FittedPyramid): number {
  const file = measured(fitted);
  const isTooLarge = correction(inside(aim), file) > 1;
  return correction(inside(aim), file, isTooLarge ? toLarger : toSmaller);
}

/** @throws LoecError E_TARGET */
async function makeUp(session: PyramidSession, job: PyramidJob, lambda: number): Promise<FittedPyramid> {
  for (const factor of LAST_FACTORS) {
    const fitted = await settle(session, job, job.aim.kind === 'psnr' ? lambda / factor : lambda * factor);
    if (reaches(job.aim, fitted)) return fitted;
  }
  return missed(job.aim);
}

/** The main stretch. @returns λ at its end */
async function fitMain(
  session: PyramidSession,
  job: PyramidJob,
  first: number,
  main: Stretch,
  meter: ProgressMeter,
): Promise<number> {
  const { steps } = job.effort;
  const control = new LambdaControl(inside(job.aim), first, usualOverhead(first), steps);
  let isWeighed = false;
  const lambdaAt = async (i: number) => {
    if (control.isDue(i)) {
      const loss = await session.loss();
      if (!isWeighed && i >= steps / 2 && usualOverhead(first).bits > WEIGHTY * loss.bits) {
        control.knows(overheadOf(measured(await settle(session, job, control.lambda)), loss));
        isWeighed = true;
      }
      control.follow(loss, i);
    }
    return control.lambda;
  };
  await train(session, job, main, steps, lambdaAt, meter);
  return control.lambda;
}

function stepsOf({ share, steps }: Remedy, { effort }: PyramidJob): number {
  return Math.max(steps, Math.round(share * effort.steps));
}

/** A file's bits and error in the units of training. */
function measured({ file, psnr }: FittedPyramid): PyramidLoss {
  return { bits: 8 * file.length, distortion: 10 ** (-psnr / 10) };
}

/** Of two files the one that serves the aim better; null where neither keeps its promise. */
function better(aim: Aim, best: FittedPyramid | null, fitted: FittedPyramid): FittedPyramid | null {
  if (!reaches(aim, fitted)) return best;
  if (!best) return fitted;
  if (aim.kind === 'psnr') return fitted.file.length < best.file.length ? fitted : best;
  return fitted.psnr > best.psnr ? fitted : best;
}

/** Whether a file keeps the aim's promise. */
export function reaches(aim: Aim, { file, psnr }: FittedPyramid): boolean {
  if (aim.kind === 'bytes') return file.length <= aim.bytes;
  return aim.kind === 'lambda' || psnr >= aim.psnr;
}

/** Whether there is nothing left to correct. */
function isClose(aim: Aim, fitted: FittedPyramid): boolean {
  if (!reaches(aim, fitted)) return false;
  if (aim.kind === 'bytes') return fitted.file.length >= aim.bytes * (1 - SIZE_TOLERANCE);
  return aim.kind === 'lambda' || fitted.psnr <= aim.psnr + PSNR_TOLERANCE;
}

/** The middle of what is close to the aim. */
function inside(aim: Aim): Aim {
  if (aim.kind === 'bytes') return { ...aim, bytes: aim.bytes * (1 - SIZE_TOLERANCE / 2) };
  return aim.kind === 'psnr' ? { ...aim, psnr: aim.psnr + PSNR_TOLERANCE / 2 } : aim;
}

/** @throws LoecError E_TARGET */
export function missed(aim: Aim): never {
  const asked =
    aim.kind === 'psnr' ? `${aim.psnr} dB were` : `${(aim as { bytes: number }).bytes} bytes were`;
  throw new LoecError('E_TARGET', `${asked} not reached; ask for a larger file or try a higher effort`);
}

/** @param lambdaAt λ of a step */
async function train(
  session: PyramidSession,
  job: PyramidJob,
  stretch: Stretch,
  steps: number,
  lambdaAt: (i: number) => Promise<number>,
  meter: ProgressMeter,
): Promise<void> {
  let distortion = 1;
  await new Pacer(job.signal).run(0, steps, async (from, to) => {
    for (let i = from; i < to; i++) {
      if (i % STEPS_PER_DERIVATION === 0) await deriveClasses(session, job);
      const step = stepOfStretch(stretch, i, steps, await lambdaAt(i), job.seed + i);
      [{ distortion }] = (await session.train([step])) as [PyramidLoss];
    }
    meter.took('fit', to - from, -10 * Math.log10(distortion));
  });
}
