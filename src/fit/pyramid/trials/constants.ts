/** @file Numbers of trials that their kernels need too. AssemblyScript compiles this file too, so it holds nothing but numbers. */

/**
 * Rows of the picture whose latents are tried together: whole cells of all planes that are tried, and so many that trials of a band neither see nor
 * change what trials of the band after the next see. From 32 on that is so: the widest that a trial looks is over the neighbours of cells that
 * have a cell of level 3 as a neighbour, and over what the pixels around such a cell see, less than four of its cells of 8 rows either way.
 */
export const BAND_ROWS = 64;

/** Every other band is tried at a time: the even ones, then the odd ones. */
export const TURNS = 2;

/** Rows above and below a band that its latents reach: those of level 3, 1.5 cells. */
export const CELL_REACH = 12;

/** Floats left of a row of pixels and at least as many right of it. */
export const PIXEL_MARGIN = 16;

/** Cells of a plane along an axis that a pixel sees. */
export const TAPS = 4;

/** Columns of a row of the spread, of which 2·reach + 1 are not zeros. */
export const SPREAD_COLUMNS = 8;
