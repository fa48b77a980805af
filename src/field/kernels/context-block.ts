/** @file The cells that the context model's kernels take at once. */

/** Cells of a block: a multiple of 32, so that cells of planes up to three levels coarser come by whole vectors. */
export const BLOCK: u32 = 128;
/** Bytes of a plane: a float for each cell of a block. */
export const PLANE: usize = 4 * BLOCK;
