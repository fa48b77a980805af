/** @file Where enhancement layers pay, and how they are quantized (docs/experiments.md, "Enhancement layer"). */

/**
 * The least λ of a field's fit: below it an enhancement layer says with fewer bits what is missing. Crops of 23 and 13, λ of 0.00003 to
 * 0.0002, efforts 1 and 5.
 */
export const BASE_LAMBDA = 7e-5;

/** From this λ down there is an enhancement layer, at first a sparse one, so that every step of the quality buys something. */
export const ENHANCED_BELOW = 1.25e-4;

/**
 * A uniform quantizer of step Δ has a squared error of Δ²/12 and takes log₂ Δ bits less; at the step where both cost the same at λ, Δ of
 * values in [−1, 1] is √(24/ln 2 · outputs · λ).
 */
export const SQUARED_STEP = 24 / Math.LN2;

/** At that step a bit is worth so much squared error, in squared steps: 4 · outputs · λ/Δ². */
export const BIT_IN_SQUARED_STEPS = 4 / SQUARED_STEP;

/** Fraction from which on magnitudes are rounded up where nothing is known of those around. */
export const FIRST_THRESHOLD = 0.7;

/** Latents to each side that tell how large one is expected to be, and what is added to the sum of their magnitudes. */
export const WINDOW = { reach: 2, prior: 0.2 } as const;
