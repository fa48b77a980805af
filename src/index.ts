/**
 * @file The public API. `loec/decode` is the part of it that reads files, for browsers too; `loec/png` reads and writes PNG.
 *
 * @example
 * import { writeFile } from 'node:fs/promises';
 * import { decodeBands, encode } from 'loec';
 * import { writePng } from 'loec/png';
 *
 * // 64x48 pixels of one channel, rows from the top.
 * const data = Uint8Array.from({ length: 64 * 48 }, (_, i) => 2 * (i % 64) + Math.floor(i / 64));
 * const { file } = await encode({ width: 64, height: 48, data }, { size: 400, effort: 1 });
 * await writeFile('gradient.loe', file);
 *
 * const enlarged = await decodeBands(file, { scale: 2 });
 * await writeFile('gradient.png', writePng(enlarged));
 */

export type { Tune } from './distortion/tunes.ts';
export {
  type EncodeOptions,
  type EncodeProgress,
  type EncodeResult,
  encode,
  type RasterInput,
} from './encode.ts';
export type { EngineName, EngineNotice } from './engine/names.ts';
export { type ErrorCode, LoecError } from './errors.ts';
export { PRESET_NAMES, type PresetName } from './field/presets.ts';
export type { EncodeNotice, PictureNotice } from './fit/options.ts';
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
export {
  type BandedPicture,
  type Crop,
  type DecodeEngine,
  decode,
  decodeBands,
  type FileBytes,
  type ThreadedDecodeOptions as DecodeOptions,
} from './threaded-decode.ts';
