/** @file What the user asks of the file itself, for either family; a quality means something else to each. */

import { LoecError } from '../errors.ts';
import type { Raster } from '../image/raster.ts';
import type { EncodeOptions } from './options.ts';

export type FileTarget =
  /** Bytes of the file at most. */
  { readonly kind: 'bytes'; readonly bytes: number } | ScoreTarget;

/** What the decoded file shall have at least. */
export interface ScoreTarget {
  readonly kind: 'psnr' | 'ssimulacra2';
  /** PSNR in dB, or SSIMULACRA2. */
  readonly score: number;
}

/** null where a quality is asked for. */
export function fileTargetOf(
  { width, height }: Raster,
  { bpp, size, psnr, ssimulacra2 }: EncodeOptions,
): FileTarget | null {
  if (psnr !== undefined) return { kind: 'psnr', score: psnr };
  if (ssimulacra2 !== undefined) return { kind: 'ssimulacra2', score: ssimulacra2 };
  if (size !== undefined) return { kind: 'bytes', bytes: size };
  return bpp === undefined ? null : { kind: 'bytes', bytes: Math.round((width * height * bpp) / 8) };
}

/** @param reached by the best file */
export function scoreMissed({ kind, score }: ScoreTarget, reached: number): LoecError {
  // Rounded down, as less is what can be asked for.
  const best = (Math.floor(100 * reached) / 100).toFixed(2);
  return kind === 'psnr'
    ? missed(`${score} dB were`, `the best file has ${best} dB`, 'less')
    : missed(`an SSIMULACRA2 of ${score} was`, `the best file has ${best}`, 'less');
}

/** @param asked @param reached by the smallest file, both in bytes */
export function sizeMissed(asked: number, reached: number): LoecError {
  return missed(`${asked} bytes were`, `the smallest file has ${reached}`, 'more');
}

function missed(asked: string, found: string, instead: string): LoecError {
  const message = `${asked} not reached: ${found}; ask for ${instead} or try a higher effort`;
  return new LoecError('E_TARGET', message);
}
