/** @file How a pyramid is trained. Sections are those of docs/experiments.md; pictures are of the Kodak set, q is the quality. */

import { SOAP } from '../../../engine/soap.ts';

/**
 * By the steps of a fit: the first row whose `below` they are below. The shorter a fit, the softer its rounding begins, and a very short
 * one has no time for a hard end.
 *
 * - `temperature` and `sigma`, from the first step to the last: "Cooling of latents"; crops of 23 and 13 at q 45, 170 to 5,000 steps.
 * - `initialLambda`: λ is factor · (predicted bits per pixel)^−power times as large at first, `max` at most: "Initial λ factor"; six
 *   pictures at q 15 to 75, 140 to 5,000 steps.
 * - `weightRates`, largest learning rates after a learned start, the fast one where FAST_WEIGHTS_FROM says so: "Rate of the weights"; six
 *   pictures and crops at q 15 to 75, 140 to 1,200 steps.
 * - `weightBeta`, β₁ and β₂ of the weights' SOAP: a short fit has no time for means over many steps: "Averages of SOAP and Adam"; whole
 *   pictures at 140 steps, crops up to 5,000.
 * - `headStart`, share of the steps where less than `below` bits per pixel are predicted: "Head start at half the size"; whole pictures at
 *   q 15 to 75, 140 to 5,000 steps.
 */
export const TRAINING_BY_STEPS = [
  {
    below: 400,
    temperature: { from: 0.45, to: 0.08 },
    sigma: { from: 0.25, to: 0.15 },
    initialLambda: { factor: 0.35, power: 1, max: 3 },
    weightRates: { fast: 0.03, slow: 0.03 },
    weightBeta: 0.9,
    headStart: { share: 0.18, below: 1 },
  },
  {
    below: 4000,
    temperature: { from: 0.4, to: 0.04 },
    sigma: { from: 0.3, to: 0.12 },
    initialLambda: { factor: 2.8, power: 1, max: 16 },
    weightRates: { fast: 0.05, slow: 0.02 },
    weightBeta: 0.9,
    headStart: { share: 0.1, below: 0.25 },
  },
  {
    below: Infinity,
    temperature: { from: 0.35, to: 0.05 },
    sigma: { from: 0.3, to: 0.15 },
    initialLambda: { factor: 0.06, power: 2, max: 16 },
    weightRates: { fast: 0.02, slow: 0.02 },
    weightBeta: SOAP.beta,
    headStart: { share: 0.05, below: 0.25 },
  },
] as const;

/** Largest learning rate of the latents, in units of their integers: "What the pyramid design rests on"; 05 and 23. */
export const LATENT_RATE = 0.16;

/** A cosine takes learning rates down to this part of the largest. */
export const FINAL_RATE = 1e-3;

/**
 * The fast rate of the weights pays from so many predicted bits per pixel and so large a λ on. With fewer bits, fast weights give up what
 * is learned and find ways to code an easy picture that take more bits; at a smaller λ they make errors where few are allowed: "Rate of the
 * weights".
 */
export const FAST_WEIGHTS_FROM = { bitsPerPixel: 0.25, lambda: 0.001 } as const;

/** The least initial factor on λ, and the share of the steps over which it falls to 1: "Initial λ factor". */
export const INITIAL_LAMBDA = { min: 1.5, share: 0.2 } as const;

/**
 * Share of the steps, and steps at most, over which the weights' learning rate rises: SOAP's first eigenbases are rough, and a learned
 * context model that follows latents on their way from zero may diverge (a rate of 7 bits per pixel was seen). "Context model less sure at
 * first": seven fits of four pictures at 140 steps; from a structured start "What the pyramid design rests on".
 */
export const WARM_UP = {
  structured: { share: 0.1, steps: 50 },
  learned: { share: 0.3, steps: 120 },
  /** The head start is the first quarter of its schedule, so this is 0.4 of it. */
  headStart: { share: 0.1, steps: 120 },
  afterHeadStart: { share: 0.35, steps: 60 },
} as const;

/** Largest learning rate of the weights from a structured start; "Learned start", "Other starts". */
export const STRUCTURED_START_RATE = 0.05;

/** "Head start at half the size"; 05, 19 and 23 at q 15 to 45, 140 steps. */
export const HEAD_START = {
  /** With fewer steps in all, the weights' learning rate would rise twice in too few of them, and the context model may diverge. */
  leastSteps: 100,
  /** The initial factor on λ is so large at most. */
  maxInitialLambda: 3,
  /**
   * Factor on λ, which weighs bits per pixel. A pixel at half the size stands for four, so that at ¼ a bit would cost what it costs in the
   * end. It costs twice that: detail that the coarser planes would buy here is better left to the finest one where a picture has texture.
   */
  lambda: 0.5,
  /** The head start is the beginning of a schedule so many times as long: its rounding stays soft. */
  scheduleLength: 4,
} as const;

/**
 * What is added to the predicted log b of a learned context model: fitted to the end, it predicts with certainty that a pyramid of zeros
 * stays zero, where probabilities are at their floor and have no gradient. "Context model less sure at first"; 05 and 23, 150 steps.
 */
export const LOG_SCALE_OFFSET = 2;

/**
 * λ that learned starts were fitted at, and the power of its ratio by which a step of the latents should mean less at a smaller λ. "Gain of
 * the latents at small λ"; 05 and 03, 160 steps.
 */
export const LATENT_GAIN = { lambda: 0.0015, power: 0.25 } as const;

/** Training steps between two derivations of classes: one takes about as long as a step. */
export const STEPS_PER_DERIVATION = 20;
