/** @file Numbers of the visual distortion that its kernels need too. AssemblyScript compiles this file too, so it holds nothing but numbers. */

/** Positions to each side that a window sees. */
export const RADIUS = 4;

/**
 * Rows of a scale that are worked on together, a multiple of 32, so that halving them five times leaves whole rows. What lies around is
 * read twice, and kept beside (`Scale.borders`).
 */
export const BAND_ROWS = 64;

/** Rows above and below the end of a band that the bands on both sides of it need: a window of windows. */
export const BORDER_ROWS = 8;

/** What `Problem.result` asks for: D alone, or with its gradient or its curvature (`LocalModel.weights`) in the place of the outputs. */
export const VALUE = 0;
export const GRADIENT = 1;
export const CURVATURE = 2;
