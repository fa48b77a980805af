/** @file The public API of `loec/png`: between PNG files and rasters, in Node. */

export { type ErrorCode, LoecError } from './errors.ts';
export { readPng } from './image/png/read.ts';
export { writePng } from './image/png/write.ts';
export type { BandedPicture, BitDepth, ChannelCount, Chunk, Raster } from './image/raster.ts';
