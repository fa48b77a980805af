/** @file What the user asks of the file itself, for either family; a quality means something else to each. */

import { LoecError } from '../errors.ts';
import { rangeGain } from '../samples/mapping.ts';
import type { MappedPicture } from '../samples/to-outputs.ts';
import type { EncodeOptions } from './options.ts';

export type FileTarget =
  /** Bytes of the file at most. */
  { readonly kind: 'bytes'; readonly bytes: number } | ScoreTarget;

/** What the decoded file shall have at least. */
export type ScoreTarget =
  | {
      readonly kind: 'psnr';
      /** In dB. */
      readonly score: number;
      /** What the picture's range adds to the PSNR of outputs (`rangeGain`), in dB. */
      readonly gain: number;
    }
  | { readonly kind: 'ssimulacra2'; readonly score: number };

/** null where a quality is asked for. */
export function fileTargetOf(
  { picture: { width, height, depth }, samples }: MappedPicture,
  { bpp, size, psnr, ssimulacra2 }: EncodeOptions,
): FileTarget | null {
  if (psnr !== undefined) return { kind: 'psnr', score: psnr, gain: rangeGain(samples, depth) };
  if (ssimulacra2 !== undefined) return { kind: 'ssimulacra2', score: ssimulacra2 };
  if (size !== undefined) return { kind: 'bytes', bytes: size };
  return bpp === undefined ? null : { kind: 'bytes', bytes: Math.floor((width * height * bpp) / 8) };
}

/** @param reached by the best file */
export function scoreMissed(
  { kind, score }: Pick<ScoreTarget, 'kind' | 'score'>,
  reached: number,
): LoecError {
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
