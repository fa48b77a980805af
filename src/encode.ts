/** @file The verb: a picture in, the bytes of a .loe file out. */

import { encodeOn } from './encoder/encode-on.ts';
import type { EncodeResult } from './encoder/encode-result.ts';
import { startThread } from './encoder/start-thread.ts';
import type { EncodeOptions } from './fit/options.ts';
import type { EncodeProgress } from './fit/progress.ts';
import type { RasterInput } from './image/raster-input.ts';

export type { EncodeOptions, EncodeProgress, EncodeResult, RasterInput };

/**
 * Fits a field to the picture and packs it into a file. The work is done by a thread of its own, which sets flags of V8 that hold for the
 * process (`src/wasm/simd.ts`); the calling thread is never busy for more than some 20 ms at a time. An abort ends the encode at once, unless
 * it is to be taken up again or to finish with what there is.
 * @throws LoecError E_USAGE, E_LIMIT, E_TARGET, E_ENGINE or E_ABORTED
 */
export async function encode(input: RasterInput, options: EncodeOptions = {}): Promise<EncodeResult> {
  return encodeOn(startThread, input, options);
}
