/**
 * @file A session in search of its target: λ follows while latents, field and context model are fitted; where the file still misses, the
 * fit goes on for a while at a corrected λ.
 */

import type { PyramidSession } from '../../engine/pyramid.ts';
import { LoecError } from '../../errors.ts';
import type { ProgressMeter } from '../progress.ts';
import { chooseCorrection, deviation, inside, lambdaOf, measured, reaches, stepsOf } from './correction.ts';
import { type FittedPyramid, finalize } from './finalize.ts';
import type { PyramidJob } from './pyramid-job.ts';
import type { Schedule } from './schedule.ts';
import { clampLambda, LambdaControl, overheadOf, type Target, usualOverhead } from './target.ts';
import { constantLambda, train, wholeSchedule } from './train.ts';

/**
 * Corrections together take this share of the main schedule at most, so that an encode takes less than twice its main schedule; or so many
 * steps, without which a fit of few steps would not reach anything.
 */
const CORRECTIONS = { share: 0.9, steps: 150 } as const;

/** What is left over is made up by the weights alone: factors on the λ that their steps are chosen at. */
const LAST_FACTORS = [1.4, 2, 3, 4, 6, 8, 16, 32] as const;

/** Where weights take more than this share of the latents' bits, half a fit is made a file to see what they take and spoil. */
const WEIGHTY = 0.1;

/** @throws LoecError E_TARGET where the target can't be met, E_LIMIT or E_ABORTED */
export async function fitToTarget(
  session: PyramidSession,
  job: PyramidJob,
  first: number,
  main: Schedule,
  meter: ProgressMeter,
): Promise<FittedPyramid> {
  let lambda = await fitMain(session, job, first, main, meter);
  let fitted = await finalize(session, job, lambda, meter);
  let best = better(job.target, null, fitted);
  let left = stepsForCorrections(job);
  let caution = 1;
  for (;;) {
    const correction = chooseCorrection(job, fitted, left);
    if (!correction) break;
    const steps = stepsOf(correction, job);
    const before = deviation(job.target, fitted);
    const pushed = lambdaOf(correction, job.target, lambda, fitted, caution);
    await train(session, job, wholeSchedule(correction.schedule, steps), constantLambda(pushed), meter);
    left -= steps;
    lambda = clampLambda(lambda * Math.exp(before));
    fitted = await finalize(session, job, lambda, meter);
    if (before * deviation(job.target, fitted) < 0) caution *= 1.5;
    best = better(job.target, best, fitted);
  }
  return best ?? makeUp(session, job, lambda, meter);
}

function stepsForCorrections({ target, effort }: PyramidJob): number {
  if (target.kind === 'lambda') return 0;
  return Math.max(CORRECTIONS.steps, Math.floor(CORRECTIONS.share * effort.steps));
}

/** @throws LoecError E_TARGET */
async function makeUp(
  session: PyramidSession,
  job: PyramidJob,
  lambda: number,
  meter: ProgressMeter,
): Promise<FittedPyramid> {
  for (const factor of LAST_FACTORS) {
    const pushed = job.target.kind === 'psnr' ? lambda / factor : lambda * factor;
    const fitted = await finalize(session, job, pushed, meter);
    if (reaches(job.target, fitted)) return fitted;
  }
  return targetMissed(job.target);
}

/** The main schedule. @returns λ at its end */
async function fitMain(
  session: PyramidSession,
  job: PyramidJob,
  first: number,
  main: Schedule,
  meter: ProgressMeter,
): Promise<number> {
  const { steps, size } = job.effort;
  const overhead = usualOverhead(first, job.raster.width * job.raster.height, size);
  const control = new LambdaControl(inside(job.target), first, overhead, steps);
  let isWeighed = false;
  const lambdaAt = async (i: number): Promise<number> => {
    if (control.isDue(i)) {
      const loss = await session.loss();
      if (!isWeighed && i >= steps / 2 && overhead.bits > WEIGHTY * loss.bits) {
        control.knows(
          overheadOf(measured(await finalize(session, roughly(job), control.lambda, meter)), loss),
        );
        isWeighed = true;
      }
      control.follow(loss, i);
    }
    return control.lambda;
  };
  const trade = { isDue: (i: number) => control.isDue(i), at: lambdaAt };
  await train(session, job, wholeSchedule(main, steps), trade, meter);
  return control.lambda;
}

/**
 * The job without the search of single weights, whose small gain does not matter to a guess, and without trials of latents, which gain more at half
 * a fit than at its end.
 */
function roughly(job: PyramidJob): PyramidJob {
  return { ...job, effort: { ...job.effort, refinements: 0, trials: 0 } };
}

/** Of two files the one that serves the target better; null where neither keeps its promise. */
function better(target: Target, best: FittedPyramid | null, fitted: FittedPyramid): FittedPyramid | null {
  if (!reaches(target, fitted)) return best;
  if (!best) return fitted;
  if (target.kind === 'psnr') return fitted.file.length < best.file.length ? fitted : best;
  return fitted.psnr > best.psnr ? fitted : best;
}

/** @throws LoecError E_TARGET */
export function targetMissed(target: Target): never {
  const [asked, instead] =
    target.kind === 'psnr'
      ? [`${target.psnr} dB were`, 'a lower PSNR']
      : [`${(target as { bytes: number }).bytes} bytes were`, 'a larger file'];
  throw new LoecError('E_TARGET', `${asked} not reached; ask for ${instead} or try a higher effort`);
}
