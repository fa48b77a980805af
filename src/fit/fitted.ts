/** @file What comes out of a fit of either family. */

import type { Contents } from '../container/contents.ts';
import { writeContents } from '../container/write.ts';
import { decode } from '../decode.ts';
import type { Raster } from '../image/raster.ts';
import { UNBOUNDED_LIMITS } from '../limits.ts';
import { psnr } from '../metrics/psnr.ts';

export interface FittedFile {
  readonly file: Uint8Array<ArrayBuffer>;
  /** Of the decoded file, dB. */
  readonly psnr: number;
  /** Of the decoded file, where it is asked for. */
  readonly ssimulacra2?: number;
}

/** A finished fit. */
export interface Fitted extends FittedFile {
  /** Training steps taken. */
  readonly steps: number;
}

/** The SSIMULACRA2 of a decoded picture. */
export type Ssimulacra2 = (decoded: Raster) => number;

/** Contents as a file, held against the picture. @param ssimulacra2 null where none is asked for */
export async function fileOf(
  contents: Contents,
  raster: Raster,
  ssimulacra2: Ssimulacra2 | null,
): Promise<FittedFile> {
  const { file, decoded } = await writeAndDecode(contents);
  return { file, psnr: psnr(raster, decoded), ...(ssimulacra2 && { ssimulacra2: ssimulacra2(decoded) }) };
}

/** Contents as a file, and what comes back from it, whatever that costs. */
export async function writeAndDecode(
  contents: Contents,
): Promise<{ file: Uint8Array<ArrayBuffer>; decoded: Raster }> {
  const file = await writeContents(contents);
  return { file, decoded: await decode(file, { limits: UNBOUNDED_LIMITS }) };
}
