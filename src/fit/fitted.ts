/** @file What comes out of a fit of either family. */

import type { Contents } from '../container/contents.ts';
import { writeContents } from '../container/write.ts';
import { decode } from '../decode.ts';
import type { Raster } from '../image/raster.ts';
import { UNBOUNDED_LIMITS } from '../limits.ts';
import { psnr } from '../metrics/psnr.ts';

export interface FittedFile {
  readonly file: Uint8Array;
  /** Of the decoded file, dB. */
  readonly psnr: number;
}

/** A finished fit. */
export interface Fitted extends FittedFile {
  /** Training steps taken. */
  readonly steps: number;
}

/** Contents as a file, decoded, whatever that costs, and held against the picture. */
export async function fileOf(contents: Contents, raster: Raster): Promise<FittedFile> {
  const file = await writeContents(contents);
  const decoded = await decode(file, { limits: UNBOUNDED_LIMITS });
  return { file, psnr: psnr(raster, decoded) };
}
