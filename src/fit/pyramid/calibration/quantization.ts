/** @file How weights and latents of pyramids become integers. Sections are those of docs/experiments.md; pictures are of the Kodak set. */

/**
 * Noise of the gradients that say what rounding a weight costs: about that of a fit's last steps. "Rounding of weights"; crops of 23 and
 * 05.
 */
export const GRADIENT_NOISE = { temperature: 0.08, sigma: 0.15 } as const;

/** Indices of the quantization steps that the search begins with, sixteenths of an octave: 2⁻⁸ and 2⁻⁵. */
export const FIRST_STEP_INDEX = { field: -8 * 16, context: -5 * 16 } as const;

/**
 * Bits that a trial of a latent must be predicted to save by the gradient, by the level of its plane: a round gains about a tenth less than
 * one that tries all latents, with 8 % of its trials. Those of coarse planes take longer. "Trials of latents"; crops of 05 and 23 at q 45,
 * 170 and 1,200 steps.
 */
export const LEAST_SAVING = [6, 6, 10, 12] as const;
