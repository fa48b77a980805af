/** @file What the user asks of the file itself, for either family; a quality means something else to each. */

import { LoecError } from '../errors.ts';
import type { Raster } from '../image/raster.ts';
import type { EncodeOptions } from './options.ts';

export type FileTarget =
  /** Bytes of the file at most. */
  | { readonly kind: 'bytes'; readonly bytes: number }
  /** PSNR of the decoded file at least, in dB. */
  | { readonly kind: 'psnr'; readonly psnr: number };

/** null where a quality is asked for. */
export function fileTargetOf(
  { width, height }: Raster,
  { bpp, size, psnr }: EncodeOptions,
): FileTarget | null {
  if (psnr !== undefined) return { kind: 'psnr', psnr };
  if (size !== undefined) return { kind: 'bytes', bytes: size };
  return bpp === undefined ? null : { kind: 'bytes', bytes: Math.round((width * height * bpp) / 8) };
}

/** @param asked @param reached by the best file, both in dB */
export function psnrMissed(asked: number, reached: number): LoecError {
  // Rounded down, as less is what can be asked for.
  const found = `the best file has ${(Math.floor(100 * reached) / 100).toFixed(2)} dB`;
  return missed(`${asked} dB`, found, 'less');
}

/** @param asked @param reached by the smallest file, both in bytes */
export function sizeMissed(asked: number, reached: number): LoecError {
  return missed(`${asked} bytes`, `the smallest file has ${reached}`, 'more');
}

function missed(asked: string, found: string, instead: string): LoecError {
  const message = `${asked} were not reached: ${found}; ask for ${instead} or try a higher effort`;
  return new LoecError('E_TARGET', message);
}
