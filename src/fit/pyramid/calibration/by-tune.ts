/** @file What a distortion comes to in a fit, which depends on the distortion. Sections are those of docs/experiments.md. */

import type { Tune } from '../../../distortion/tunes.ts';

/** How bits and distortion depend on λ: −d ln R/d ln λ and d ln D/d ln λ. */
export interface Elasticity {
  readonly rate: number;
  readonly distortion: number;
}

/** Of a whole fit; means over pictures and rates. Tune visual: "Aims by tune". */
export const FIT_ELASTICITY: Readonly<Record<Tune, Elasticity>> = {
  psnr: { rate: 0.55, distortion: 0.7 },
  visual: { rate: 0.5, distortion: 0.6 },
};

/** Of a correction, to a larger λ and to a smaller one. */
export interface CorrectionElasticity {
  readonly toLarger: Elasticity;
  readonly toSmaller: Elasticity;
}

/**
 * Of corrections, which are too short to follow λ to the end. Tune psnr: "Corrections after a fit", about those of crops of three pictures at
 * two λ after 300 steps. Tune visual: "Aims by tune", fine ones of crops of two pictures at two λ after 115 and 140 steps; coarse ones lie
 * between these and a whole fit.
 */
export const CORRECTION_ELASTICITY: Readonly<
  Record<Tune, Readonly<Record<'coarse' | 'fine', CorrectionElasticity>>>
> = {
  psnr: {
    coarse: { toLarger: { rate: 0.08, distortion: 0.18 }, toSmaller: { rate: 0.16, distortion: 0.2 } },
    fine: { toLarger: { rate: 0.06, distortion: 0.1 }, toSmaller: { rate: 0.1, distortion: 0.1 } },
  },
  visual: {
    coarse: { toLarger: { rate: 0.35, distortion: 0.5 }, toSmaller: { rate: 0.35, distortion: 0.5 } },
    fine: { toLarger: { rate: 0.28, distortion: 0.38 }, toSmaller: { rate: 0.28, distortion: 0.38 } },
  },
};

/** So much over the steps of the main training is what a correction takes off ln D at the same λ: short fits are not at their end yet. */
export const CORRECTION_GAIN: Readonly<Record<Tune, number>> = { psnr: 0, visual: 3 };

/** Up to this factor on λ a fine correction is enough. */
export const FINE_FACTOR: Readonly<Record<Tune, number>> = { psnr: 2, visual: 4 };

/**
 * At rounded latents bits and distortion exceed what they end at by about factor · r^power + early · r⁸ times it, r the share of the steps
 * that is left.
 */
export interface Decrease {
  readonly factor: number;
  readonly power: number;
  readonly early: number;
}

/**
 * Tune psnr: eight fits of three pictures, 170 to 500 steps, between 0.15 and 1 bits per pixel; from half of the way on they were within
 * 12 % of it. Tune visual: "Aims by tune", crops of six pictures at q 30 and 50, 140 steps.
 */
export const DECREASE: Readonly<Record<Tune, { readonly bits: Decrease; readonly distortion: Decrease }>> = {
  psnr: {
    bits: { factor: 1.1, power: 2, early: 4.5 },
    distortion: { factor: 1.4, power: 3, early: 3 },
  },
  visual: {
    bits: { factor: 0.8, power: 2, early: 0 },
    distortion: { factor: 0.5, power: 2, early: 0 },
  },
};

/** Factor on the distortion that a file is expected to have over training: weights and samples are integers. Tune visual: "Aims by tune". */
export const DISTORTION_OVERHEAD: Readonly<Record<Tune, number>> = { psnr: 1.03, visual: 1.06 };

/**
 * What an SSIMULACRA2 has less than 100: of an average picture factor · λ^lambda, which is where a fit begins; of one picture about this power
 * of its distortion. Tune visual: "Aims by tune".
 */
export const SHORTFALL: Readonly<Record<Tune, { factor: number; lambda: number; distortion: number }>> = {
  psnr: { factor: 284, lambda: 0.29, distortion: 0.6 },
  visual: { factor: 380, lambda: 0.36, distortion: 0.7 },
};
