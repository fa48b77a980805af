/** @file libjpeg-turbo as a yardstick: optimised Huffman tables, progressive, 4:2:0. */

import sharp from 'sharp';
import type { Raster } from '../src/image/raster.ts';
import { psnr } from '../src/metrics/psnr.ts';

export interface JpegPicture {
  readonly bytes: number;
  /** dB */
  readonly psnr: number;
  readonly decoded: Raster;
}

/**
 * The best JPEG of at most `bytes`.
 * @param raster RGB, 8 bits
 * @throws Error where even the worst one is larger
 */
export async function jpegWithin(raster: Raster, bytes: number): Promise<JpegPicture> {
  const { width, height } = raster;
  const source = sharp(raster.data as Uint8Array, { raw: { width, height, channels: 3 } });
  let best: Buffer | undefined;
  for (let quality = 1; quality <= 100; quality++) {
    const file = await source.clone().jpeg({ quality, optimiseCoding: true, progressive: true }).toBuffer();
    if (file.length > bytes) break;
    best = file;
  }
  if (!best) throw new Error(`no JPEG of this picture has ${bytes} bytes`);
  const decoded = { ...raster, data: Uint8Array.from(await sharp(best).raw().toBuffer()) };
  return { bytes: best.length, psnr: psnr(raster, decoded), decoded };
}
