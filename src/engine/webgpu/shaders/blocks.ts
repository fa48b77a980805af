/** @file The blocks of rows that the kernels of a fit work on. */

/** Rows of a block. */
export const BLOCK_ROWS = 64;

/** WGSL: which of a net's blocks a kernel begins at, and the rows of its planes. */
export const CHUNK = /* wgsl */ `
struct Chunk { firstBlock: u32, stride: u32 }
@group(0) @binding(0) var<uniform> chunk: Chunk;
`;
