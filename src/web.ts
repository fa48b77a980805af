/** @file The public API of `loec/web`: pictures in pages. */

export { type ErrorCode, LoecError } from './errors.ts';
export { DEFAULT_LIMITS, type Limits, UNTRUSTED_LIMITS } from './limits.ts';
export {
  type EncodeOptions,
  type EncodeProgress,
  type EncodeResult,
  encode,
  imageDataOf,
  type Raster,
  type RasterInput,
  rasterOf,
  setEncodeWorker,
} from './web/encoding/encode.ts';
export {
  type DecodeToBlobOptions,
  type DecodeToOptions,
  decodeToBitmap,
  decodeToBlob,
  decodeToImageData,
} from './web/pictures/decode-to.ts';
export { setDecodeWorker } from './web/pictures/decode-workers.ts';
export {
  type CanvasColorSpace,
  type OpenOptions,
  type OpenPicture,
  openPicture,
  type PictureHead,
  type RenderOptions,
} from './web/pictures/open-picture.ts';
export type { PictureSource } from './web/pictures/source.ts';
export { type FetchEventLike, type HandleLoeOptions, handleLoe } from './web/service-worker/handle.ts';
export { registerLoe } from './web/service-worker/register.ts';
