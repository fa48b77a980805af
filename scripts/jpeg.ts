/** @file JPEG as a yardstick: the bench's codec at the quality that fills a size. */

import { jpeg } from '../src/bench/codecs/jpeg.ts';
import type { Raster } from '../src/image/raster.ts';
import { psnr } from '../src/metrics/psnr.ts';

interface JpegPicture {
  readonly bytes: number;
  /** dB */
  readonly psnr: number;
  readonly decoded: Raster;
}

/**
 * The best JPEG of at most `bytes`: libjpeg-turbo, optimised, progressive, 4:2:0.
 * @param raster RGB, 8 bits
 * @throws Error where even the worst one is larger
 */
export async function jpegWithin(raster: Raster, bytes: number): Promise<JpegPicture> {
  let best: Uint8Array | undefined;
  for (let q = 1; q <= 100; q++) {
    const file = await jpeg.encode(raster, { q }, undefined);
    if (file.length > bytes) break;
    best = file;
  }
  if (!best) throw new Error(`no JPEG of this picture has ${bytes} bytes`);
  const decoded = await jpeg.decode(best, raster);
  return { bytes: best.length, psnr: psnr(raster, decoded), decoded };
}
