/** @file Numbers of a pyramid fit that its kernels need too. AssemblyScript compiles this file too, so it holds nothing but numbers. */

/** Floats of zeros at the left and at least as many at the right of a row of a latent plane's values. */
export const LATENT_MARGIN = 16;
/** Rows of zeros above and below. */
export const MARGIN_ROWS = 4;

/** Bits of `PyramidProblem.parts`: what a run of the bands works out. */
export const RATE = 1;
export const DISTORTION = 2;
export const GRADIENT = 4;
