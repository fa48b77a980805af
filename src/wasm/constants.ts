/** @file Numbers of vectors in memory that the host needs too. AssemblyScript compiles this file too, so it holds nothing but numbers. */

/** Features of a panel: two vectors. */
export const PANEL_LANES = 8;
/** Floats of a vector. */
export const VECTOR_LANES = 4;
/** Floats of a weight's sum in a pyramid fit, of which tiles that are not wide use four. */
export const SUM_LANES = 8;
