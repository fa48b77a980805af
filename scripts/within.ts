/** @file Codecs of the bench as yardsticks: the best file that fits a size. */

import type { BenchCodec, Setting } from '../src/bench/codec.ts';
import type { Raster } from '../src/image/raster.ts';

interface CodedPicture {
  readonly bytes: number;
  readonly decoded: Raster;
}

/** AVIF at its best for the eye: libaom's tuning by image quality, full chroma. */
export const AVIF_FOR_THE_EYE: Setting = { tune: 'iq', chroma: '444', effort: 6 };

/**
 * The file of the highest `q` that has at most `bytes`, by bisection: files grow with `q`.
 * @param codec whose `q` goes from 1 to 100
 * @param fixed its other parameters
 * @throws Error where even `q` = 1 gives a larger file
 */
export async function codedWithin(
  codec: BenchCodec,
  fixed: Setting,
  raster: Raster,
  bytes: number,
): Promise<CodedPicture> {
  let best: Uint8Array | undefined;
  let [low, high] = [1, 100];
  while (low <= high) {
    const q = (low + high) >> 1;
    const file = await codec.encode(raster, { ...fixed, q }, undefined);
    if (file.length > bytes) {
      high = q - 1;
    } else {
      best = file;
      low = q + 1;
    }
  }
  if (!best) throw new Error(`no ${codec.id} file of this picture has ${bytes} bytes`);
  return { bytes: best.length, decoded: await codec.decode(best, raster) };
}
