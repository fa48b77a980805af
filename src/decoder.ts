/** @file The public API of `loec/decode`: reads .loe files, in browsers too, and has nothing of what writes them. */

export {
  type BandedPicture,
  type Crop,
  type DecodeEngine,
  type DecodeOptions,
  decode,
  decodeBands,
  type FileBytes,
} from './decode.ts';
export { type ErrorCode, LoecError } from './errors.ts';
export type { BitDepth, ChannelCount, Chunk, Raster } from './image/raster.ts';
export {
  type BesidesPicture,
  type Info,
  type InspectOptions,
  inspect,
  type PyramidInfo,
  type SectionInfo,
} from './inspect.ts';
export { DEFAULT_LIMITS, type Limits, UNTRUSTED_LIMITS } from './limits.ts';
export type { AlphaMapping, SampleMapping } from './samples/mapping.ts';
