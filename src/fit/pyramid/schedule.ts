/**
 * @file The training schedule of a pyramid: how soft the rounding, how strong the noise and how large λ and the learning rates are at each
 * step.
 */

import type { PyramidStep } from '../../engine/pyramid.ts';
import {
  FAST_WEIGHTS_FROM,
  FINAL_RATE,
  HEAD_START,
  INITIAL_LAMBDA,
  LATENT_RATE,
  STRUCTURED_START_RATE,
  TRAINING_BY_STEPS,
  WARM_UP,
} from './calibration/training.ts';

/** A value that goes from one end to the other, linearly. */
interface Ramp {
  readonly from: number;
  readonly to: number;
}

export interface Schedule {
  /** Of the soft rounding and of its noise. */
  readonly temperature: Ramp;
  readonly sigma: Ramp;
  /**
   * Factor on λ at the first step, falling geometrically to 1 at this share of the steps. Latents of the finest plane are the quickest to
   * describe a picture, and they stay; where a file will have few bits, the coarser ones would need fewer, if they had the time to learn
   * it.
   */
  readonly initialLambda: { readonly factor: number; readonly share: number };
  /** Largest learning rates; a cosine takes them to FINAL_RATE of it. */
  readonly latentRate: number;
  readonly weightRate: number;
  /** Share of the steps, and steps at most, over which the weights' rate rises, quadratically. */
  readonly warmUp: { readonly share: number; readonly steps: number };
}

type Training = (typeof TRAINING_BY_STEPS)[number];

function trainingOf(steps: number): Training {
  return TRAINING_BY_STEPS.find(({ below }) => steps < below) as Training;
}

/**
 * The schedule of a fit of so many steps without a head start.
 * @param bitsPerPixel predicted of the latents
 */
export function mainSchedule(
  steps: number,
  isLearned: boolean,
  bitsPerPixel: number,
  lambda: number,
): Schedule {
  const { temperature, sigma, weightRates, initialLambda } = trainingOf(steps);
  const { factor, power, max } = initialLambda;
  const isFast = bitsPerPixel >= FAST_WEIGHTS_FROM.bitsPerPixel && lambda >= FAST_WEIGHTS_FROM.lambda;
  const learnedRate = isFast ? weightRates.fast : weightRates.slow;
  return {
    temperature,
    sigma,
    initialLambda: {
      factor: Math.min(max, Math.max(INITIAL_LAMBDA.min, factor / bitsPerPixel ** power)),
      share: INITIAL_LAMBDA.share,
    },
    latentRate: LATENT_RATE,
    weightRate: isLearned ? learnedRate : STRUCTURED_START_RATE,
    warmUp: isLearned ? WARM_UP.learned : WARM_UP.structured,
  };
}

/** β₁ and β₂ of the weights in a fit of so many steps. */
export function weightBetaOf(steps: number): number {
  return trainingOf(steps).weightBeta;
}

/**
 * Steps that a fit of so many spends on its head start, if it begins with a learned start. With more bits per pixel the finest plane
 * describes most of the picture, and the coarser ones need no time of their own.
 */
export function headStartSteps(steps: number, bitsPerPixel: number): number {
  const { share, below } = trainingOf(steps).headStart;
  return steps >= HEAD_START.leastSteps && bitsPerPixel < below ? Math.round(share * steps) : 0;
}

/** The schedule that a head start is the beginning of. @param steps of the whole fit */
export function headStartSchedule(main: Schedule, steps: number): Schedule {
  const { factor, share } = main.initialLambda;
  return {
    ...main,
    weightRate: trainingOf(steps).weightRates.slow,
    initialLambda: { factor: Math.min(HEAD_START.maxInitialLambda, factor), share },
    warmUp: WARM_UP.headStart,
  };
}

/** The main schedule after a head start: latents are sparse already, and weights have only to learn to read the finest plane. */
export function scheduleAfterHeadStart(main: Schedule, steps: number): Schedule {
  return {
    ...main,
    weightRate: trainingOf(steps).weightRates.slow,
    initialLambda: { factor: 1, share: 1 },
    warmUp: WARM_UP.afterHeadStart,
  };
}

/** Goes on from the end of the main schedule. */
export function correctionSchedule(
  correction: Pick<Schedule, 'temperature' | 'sigma' | 'latentRate' | 'weightRate'>,
): Schedule {
  const { temperature, sigma, latentRate, weightRate } = correction;
  const none = { share: 0, steps: 0 };
  return { temperature, sigma, latentRate, weightRate, initialLambda: { factor: 1, share: 1 }, warmUp: none };
}

/** Step `i` of `of`. @param seed of the noise */
export function scheduledStep(
  { temperature, sigma, initialLambda, latentRate, weightRate, warmUp }: Schedule,
  i: number,
  of: number,
  lambda: number,
  seed: number,
): PyramidStep {
  const done = i / of;
  const cosine = FINAL_RATE + ((1 - FINAL_RATE) * (1 + Math.cos(Math.PI * done))) / 2;
  const warmUpSteps = Math.min(warmUp.steps, Math.ceil(warmUp.share * of));
  return {
    lambda: lambda * initialLambda.factor ** Math.max(0, 1 - done / initialLambda.share),
    temperature: at(temperature, done),
    sigma: at(sigma, done),
    seed,
    latentRate: latentRate * cosine,
    weightRate: weightRate * cosine * Math.min(1, (i + 1) / (warmUpSteps + 1)) ** 2,
  };
}

function at({ from, to }: Ramp, share: number): number {
  return from + (to - from) * share;
}
