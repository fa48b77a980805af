/** @file How weights become integers. Sections are those of docs/experiments.md; pictures are of the Kodak set. */

/**
 * Added to the diagonal of a curvature's factor, as a share of its mean: what few gradients say nothing about is not trusted. "Rounding of
 * weights".
 */
export const DAMPING = 0.05;

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
