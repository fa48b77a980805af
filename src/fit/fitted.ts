/** @file What comes out of a fit of either family. */

import type { Contents } from '../container/contents.ts';
import { writeContents } from '../container/write.ts';
import { decode } from '../decode.ts';
import type { Raster } from '../image/raster.ts';
import type { Limits } from '../limits.ts';
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

/** A file of our own is decoded whatever it costs, or its fit would be lost at the end. */
const UNBOUNDED: Limits = {
  pixels: Number.MAX_SAFE_INTEGER,
  outputPixels: Number.MAX_SAFE_INTEGER,
  megaMultiplyAdds: Number.MAX_SAFE_INTEGER,
  bytes: Number.MAX_SAFE_INTEGER,
  memory: Number.MAX_SAFE_INTEGER,
  seconds: Number.MAX_SAFE_INTEGER,
};

/** Contents as a file, decoded and held against the picture. */
export async function fileOf(contents: Contents, raster: Raster): Promise<FittedFile> {
  const file = await writeContents(contents);
  const decoded = await decode(file, { limits: UNBOUNDED });
  return { file, psnr: psnr(raster, decoded) };
}
