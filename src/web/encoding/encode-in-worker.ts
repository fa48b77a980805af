/** @file Encodes in a worker of a page. */

import { encodeOn } from '../../encoder/encode-on.ts';
import type { EncodeResult } from '../../encoder/encode-result.ts';
import type { EncodeOptions } from '../../fit/options.ts';
import type { RasterInput } from '../../image/raster-input.ts';
import { threadOf } from '../../runtime/page-thread.ts';

/** @param start starts a worker that runs `encode-worker.js` */
export function encodeInWorker(
  input: RasterInput,
  options: EncodeOptions,
  start: () => Worker = startWorker,
): Promise<EncodeResult> {
  return encodeOn(() => threadOf(start()), input, options);
}

function startWorker(): Worker {
  return new Worker(new URL('./encode-worker.js', import.meta.url), { type: 'module' });
}
