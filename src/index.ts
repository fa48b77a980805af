/** @file The public API. */

export { type BandedPicture, type Crop, type DecodeOptions, decode, decodeBands } from './decode.ts';
export { type EncodeOptions, type EncodeProgress, type EncodeResult, encode } from './encode.ts';
export type { EngineNotice } from './engine/choose.ts';
export type { EngineName } from './engine/engine.ts';
export { type ErrorCode, LoecError } from './errors.ts';
export { PRESET_NAMES, type PresetName } from './field/presets.ts';
export type { BitDepth, ChannelCount, Chunk, Raster } from './image/raster.ts';
export { type Info, inspect, type PyramidInfo, type SectionInfo } from './inspect.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
