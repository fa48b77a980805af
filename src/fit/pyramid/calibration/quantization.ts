/** @file How weights and latents become integers. Sections are those of docs/experiments.md; pictures are of the Kodak set. */

/**
 * Noise of the gradients that say what rounding a weight costs: about that of a fit's last steps. "Rounding of weights"; crops of 23 and
 * 05.
 */
export const GRADIENT_NOISE = { temperature: 0.08, sigma: 0.15 } as const;

/**
 * Added to the diagonal of a curvature's factor, as a share of its mean: what few gradients say nothing about is not trusted. "Rounding of
 * weights".
 */
export const DAMPING = 0.05;

/** Indices of the quantization steps that the search begins with, sixteenths of an octave: 2⁻⁸ and 2⁻⁵. */
export const FIRST_STEP_INDEX = { field: -8 * 16, context: -5 * 16 } as const;

/**
 * Quantization steps are tried at distances of so many sixteenths of an octave. "Search of quantization steps"; 03, 23 and 08, two seeds.
 */
export const STEP_GRAIN = 8;

/**
 * Bits that an integer's move towards zero is trusted to save before it is tried: where the gradient is against it by more, it would hardly
 * ever pay. Half of all moves are left out so, and with them a tenth of what all of them gain. "Levels of single weights"; a crop of 08 at
 * q 30.
 */
export const INWARD_SAVING = 2;

/**
 * Bits that a move saves at most, but for a few: where the rest of the loss rises by more, the weights are not coded to see. No move that
 * was kept in the same experiment passed it.
 */
export const MOST_SAVED = 8;

/**
 * Bits that a trial of a latent must be predicted to save by the gradient, by the level of its plane: a round gains about a tenth less than
 * one that tries all latents, with 8 % of its trials. Those of coarse planes take longer. "Trials of latents"; crops of 05 and 23 at q 45,
 * 170 and 1,200 steps.
 */
export const LEAST_SAVING = [6, 6, 10, 12] as const;
