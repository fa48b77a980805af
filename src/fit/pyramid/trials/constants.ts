/** @file Numbers of trials that their kernels need too. AssemblyScript compiles this file too, so it holds nothing but numbers. */

/** Columns of a row of the spread, of which 2·reach + 1 are not zeros. */
export const SPREAD_COLUMNS = 8;
