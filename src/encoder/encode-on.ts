/** @file An encode on a thread of its own, wherever that comes from. */

import { checkSizes } from '../container/metadata.ts';
import { throwIfAborted } from '../errors.ts';
import { checkedOptions, type EncodeOptions } from '../fit/options.ts';
import { checkedRaster, type RasterInput } from '../image/raster-input.ts';
import type { Thread } from '../runtime/thread.ts';
import type { EncodeResult } from './encode-result.ts';
import { EncoderThread } from './encoder-thread.ts';
import { Interruption } from './interruption.ts';
import { shareRaster } from './share-raster.ts';

/**
 * An abort ends the encode at once, unless it is to be taken up again or to finish with what there is. The calling thread is never busy for more
 * than some 20 ms at a time.
 * @param start starts a thread that serves orders (`serve-orders.ts`)
 * @throws LoecError E_USAGE, E_LIMIT, E_TARGET, E_ENGINE or E_ABORTED
 */
export async function encodeOn(
  start: () => Thread,
  input: RasterInput,
  options: EncodeOptions,
): Promise<EncodeResult> {
  const started = performance.now();
  const checked = checkedOptions(options);
  const { signal, onProgress, onPreview, onNotice, onCheckpoint, ...plain } = checked;
  const given = checkedRaster(input);
  const raster = plain.metadata === 'all' ? given : { ...given, metadata: [] };
  checkSizes(raster);
  throwIfAborted(signal);
  const thread = EncoderThread.take(start);
  try {
    const interruption = new Interruption(checked);
    const { recording } = interruption;
    const wantsPreviews = onPreview !== undefined;
    const order = { raster: await shareRaster(raster, signal), options: plain, wantsPreviews, recording };
    const hear: typeof onProgress = (progress) => {
      interruption.hearProgress();
      onProgress?.(progress);
    };
    const result = await interruption.until(thread.encode(order, { ...checked, onProgress: hear }), (wish) =>
      thread.wish(wish),
    );
    thread.release();
    return { ...result, seconds: (performance.now() - started) / 1000 };
  } catch (error) {
    thread.end();
    throw error;
  }
}
