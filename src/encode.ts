/** @file The verb: a picture in, the bytes of a .loe file out. */

import { checkSizes } from './container/metadata.ts';
import type { EncodeResult } from './encoder/encode-result.ts';
import { EncoderThread } from './encoder/encoder-thread.ts';
import { Interruption } from './encoder/interruption.ts';
import { shareRaster } from './encoder/share-raster.ts';
import { throwIfAborted } from './errors.ts';
import { checkedOptions, type EncodeOptions } from './fit/options.ts';
import type { EncodeProgress } from './fit/progress.ts';
import { checkedRaster, type RasterInput } from './image/raster-input.ts';

export type { EncodeOptions, EncodeProgress, EncodeResult, RasterInput };

/**
 * Fits a field to the picture and packs it into a file. The work is done by a thread of its own, which sets flags of V8 that hold for the
 * process (`src/wasm/simd.ts`); the calling thread is never busy for more than some 20 ms at a time. An abort ends the encode at once, unless
 * it is to be taken up again or to finish with what there is.
 * @throws LoecError E_USAGE, E_LIMIT, E_TARGET, E_ENGINE or E_ABORTED
 */
export async function encode(input: RasterInput, options: EncodeOptions = {}): Promise<EncodeResult> {
  const started = performance.now();
  const checked = checkedOptions(options);
  const { signal, onProgress, onNotice, onCheckpoint, ...plain } = checked;
  const given = checkedRaster(input);
  const raster = plain.metadata === 'all' ? given : { ...given, metadata: [] };
  checkSizes(raster);
  throwIfAborted(signal);
  const thread = EncoderThread.take();
  try {
    const interruption = new Interruption(checked);
    const { recording } = interruption;
    const order = { raster: await shareRaster(raster, signal), options: plain, recording };
    const hear: typeof onProgress = (progress) => {
      interruption.hearProgress();
      onProgress?.(progress);
    };
    const result = await interruption.until(
      thread.encode(order, { onProgress: hear, onNotice, onCheckpoint }),
    );
    thread.release();
    return { ...result, seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    thread.end();
    throw error;
  }
}
