/** @file The public API of `loec/png`: between PNG files and rasters, in Node. */

export { type ErrorCode, LoecError } from './errors.ts';
export { type PngNote, type PngPicture, type ReadPngOptions, readPng } from './image/png/read.ts';
export { type PngInput, writePng } from './image/png/write.ts';
export type { BandedPicture, BitDepth, ChannelCount, Chunk, Raster } from './image/raster.ts';
export type { Limits } from './limits.ts';
