/** @file What the user asks of the file itself, for either family; a quality means something else to each. */

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
