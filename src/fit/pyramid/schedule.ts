/**
 * @file The course of a pyramid fit: how soft the rounding, how strong the noise and how large the steps are at each moment. Most
 * values are those of the pyramid study (sections 4 and 6); what was changed is measured in docs/experiments.md.
 */

import { type PyramidStep, SOAP } from '../../engine/pyramid.ts';

/** A value that goes from one end to the other, linearly. */
interface Ramp {
  readonly from: number;
  readonly to: number;
}

/** A schedule of training. */
export interface Schedule {
  /** Of the soft rounding and of its noise. */
  readonly temperature: Ramp;
  readonly sigma: Ramp;
  /** Factor on λ at the first step, falling geometrically to 1 at this share of the steps: sparse latents first. */
  readonly firstLambda: { readonly factor: number; readonly share: number };
  /** Largest learning rates; a cosine takes them to FINAL_RATE of it. */
  readonly latentRate: number;
  readonly weightRate: number;
  /**
   * Share of the steps, and steps at most, over which the weights' rate rises, quadratically: SOAP's first bases are rough, and a learned context
   * model that follows latents on their way from zero may lose its senses (a rate of 7 bits per pixel was seen).
   */
  readonly warmUp: { readonly share: number; readonly steps: number };
}

/** How hot a fit is, how much dearer bits are at first and how fast weights go. */
interface Course extends Pick<Schedule, 'temperature' | 'sigma'> {
  /** The factor on λ is factor · (bits per pixel)^−power, `max` at most; see `initialLambdaFactor`. */
  readonly thrift: { readonly factor: number; readonly power: number; readonly max: number };
  /** Largest rates of the weights after a learned start: where FAST_FROM says so, and elsewhere. */
  readonly weightRates: { readonly fast: number; readonly slow: number };
  /** β₁ and β₂ of the weights' SOAP: a short fit has no time for means over many steps. */
  readonly weightBeta: number;
  /** Of this share of the steps, where less than `below` bits per pixel are predicted of the latents; see `headStartSteps`. */
  readonly headStart: { readonly share: number; readonly below: number };
}

/** Up to so many steps: the shorter a fit, the hotter it begins, and a very short one has no time for a cold end. */
const COURSES: readonly { readonly steps: number; readonly course: Course }[] = [
  {
    steps: 400,
    course: {
      temperature: { from: 0.45, to: 0.08 },
      sigma: { from: 0.25, to: 0.15 },
      thrift: { factor: 0.35, power: 1, max: 3 },
      weightRates: { fast: 0.03, slow: 0.03 },
      weightBeta: 0.9,
      headStart: { share: 0.18, below: 1 },
    },
  },
  {
    steps: 4000,
    course: {
      temperature: { from: 0.4, to: 0.04 },
      sigma: { from: 0.3, to: 0.12 },
      thrift: { factor: 2.8, power: 1, max: 16 },
      weightRates: { fast: 0.05, slow: 0.02 },
      weightBeta: 0.9,
      headStart: { share: 0.1, below: 0.25 },
    },
  },
  {
    steps: Infinity,
    course: {
      temperature: { from: 0.35, to: 0.05 },
      sigma: { from: 0.3, to: 0.15 },
      thrift: { factor: 0.06, power: 2, max: 16 },
      weightRates: { fast: 0.02, slow: 0.02 },
      weightBeta: SOAP.beta,
      headStart: { share: 0.05, below: 0.25 },
    },
  },
];

const LATENT_RATE = 0.16;

/** How fast weights go, and how they are brought there. */
type WeightRates = Pick<Schedule, 'weightRate' | 'warmUp'>;

/** From a structured start. */
const UNLEARNED: WeightRates = { weightRate: 0.05, warmUp: { share: 0.1, steps: 50 } };

/**
 * A fast rate pays from so many bits per pixel and so large a λ on: with fewer bits fast weights leave the start for dearer ways of coding an easy
 * picture, at a smaller λ they err where little error is allowed. Measured in docs/experiments.md.
 */
const FAST_FROM = { bitsPerPixel: 0.25, lambda: 0.001 } as const;

/** From a learned start. */
function learnedRates({ weightRates }: Course, bitsPerPixel: number, lambda: number): WeightRates {
  const isFast = bitsPerPixel >= FAST_FROM.bitsPerPixel && lambda >= FAST_FROM.lambda;
  return {
    weightRate: isFast ? weightRates.fast : weightRates.slow,
    warmUp: { share: 0.3, steps: 120 },
  };
}

/** The least factor on λ, and the share of the steps over which it falls to 1. */
const INITIAL_LAMBDA = { min: 1.5, share: 0.2 } as const;

/**
 * How much dearer bits are at first. Latents of the first grid are quickest to take a picture in, and stay; where a file will have few bits, the
 * coarser ones would do with fewer, if only they had the time. What is best is in docs/experiments.md.
 */
function initialLambdaFactor({ thrift }: Course, bitsPerPixel: number): Schedule['firstLambda'] {
  const { factor, power, max } = thrift;
  return {
    factor: Math.min(max, Math.max(INITIAL_LAMBDA.min, factor / bitsPerPixel ** power)),
    share: INITIAL_LAMBDA.share,
  };
}

function courseOf(steps: number): Course {
  return (COURSES.find((row) => steps < row.steps) as (typeof COURSES)[number]).course;
}

/**
 * The schedule that a fit of so many steps begins with.
 * @param bitsPerPixel that latents are predicted to take
 */
export function mainSchedule(
  steps: number,
  isLearned: boolean,
  bitsPerPixel: number,
  lambda: number,
): Schedule {
  const course = courseOf(steps);
  const { temperature, sigma } = course;
  const rates = isLearned ? learnedRates(course, bitsPerPixel, lambda) : UNLEARNED;
  const firstLambda = initialLambdaFactor(course, bitsPerPixel);
  return { temperature, sigma, firstLambda, latentRate: LATENT_RATE, ...rates };
}

/** β₁ and β₂ of the weights in a fit of so many steps. */
export function weightBetaOf(steps: number): number {
  return courseOf(steps).weightBeta;
}

/** With fewer steps weights would have to come to their rate twice in too few, and the context model may lose its senses. */
const HEAD_START_FROM = 100;

/**
 * Steps that a fit of so many spends on its head start, if it begins with a learned start. With more bits per pixel the first grid has most of the
 * picture to itself, and the coarser ones need no time of their own; what pays is in docs/experiments.md.
 */
export function headStartSteps(steps: number, bitsPerPixel: number): number {
  const { share, below } = courseOf(steps).headStart;
  return steps >= HEAD_START_FROM && bitsPerPixel < below ? Math.round(share * steps) : 0;
}

/** Bits are so much dearer at the beginning of a head start at most. */
const HEAD_START_LAMBDA = 3;

/**
 * The head start is the first quarter of this schedule, and weights take 0.4 of that to come to their rate.
 * @param steps of the whole fit
 */
export function headStartSchedule(main: Schedule, steps: number): Schedule {
  const { factor, share } = main.firstLambda;
  return {
    ...main,
    weightRate: courseOf(steps).weightRates.slow,
    firstLambda: { factor: Math.min(HEAD_START_LAMBDA, factor), share },
    warmUp: { share: 0.1, steps: 120 },
  };
}

/** The main schedule after a head start: latents are sparse already, and weights have only to learn of the first grid. */
export function scheduleAfterHeadStart(main: Schedule, steps: number): Schedule {
  return {
    ...main,
    weightRate: courseOf(steps).weightRates.slow,
    firstLambda: { factor: 1, share: 1 },
    warmUp: { share: 0.35, steps: 60 },
  };
}

/** Goes on from the end of the main schedule at another λ: hot enough to move, and not so hot that it spoils what slow cooling has won. */
export const CORRECTION: Schedule = {
  temperature: { from: 0.2, to: 0.08 },
  sigma: { from: 0.2, to: 0.15 },
  firstLambda: { factor: 1, share: 1 },
  latentRate: 0.05,
  weightRate: 0.005,
  warmUp: { share: 0, steps: 0 },
};

/** As CORRECTION, for the last few per cent. */
export const FINE_SCHEDULE: Schedule = {
  ...CORRECTION,
  temperature: { from: 0.15, to: 0.08 },
  sigma: { from: 0.18, to: 0.15 },
  latentRate: 0.03,
  weightRate: 0.003,
};

const FINAL_RATE = 1e-3;

/** Step `i` of `of`. @param seed of the noise */
export function scheduledStep(
  schedule: Schedule,
  i: number,
  of: number,
  lambda: number,
  seed: number,
): PyramidStep {
  const done = i / of;
  const cosine = FINAL_RATE + ((1 - FINAL_RATE) * (1 + Math.cos(Math.PI * done))) / 2;
  const warmUp = Math.min(schedule.warmUp.steps, Math.ceil(schedule.warmUp.share * of));
  return {
    lambda: lambda * schedule.firstLambda.factor ** Math.max(0, 1 - done / schedule.firstLambda.share),
    temperature: at(schedule.temperature, done),
    sigma: at(schedule.sigma, done),
    seed,
    latentRate: schedule.latentRate * cosine,
    weightRate: schedule.weightRate * cosine * Math.min(1, (i + 1) / (warmUp + 1)) ** 2,
  };
}

function at({ from, to }: Ramp, share: number): number {
  return from + (to - from) * share;
}
