/** @file From what the user asks (quality, bits per pixel, bytes) to the bytes of the file. */

import type { EncodeOptions } from '../encode.ts';
import { LoecError } from '../errors.ts';

export const DEFAULT_QUALITY = 50;

/** Bits per pixel of quality 0; every 16 points double them. The table is in docs/quality.md. */
const LOWEST_BPP = 0.05;

/** Bits per pixel of a quality of 0 … 100. */
export function bppOfQuality(quality: number): number {
  return LOWEST_BPP * 2 ** (quality / 16);
}

/** Bytes that the file shall have; `psnr` is not a size and starts from the default quality. */
export function targetBytes(options: EncodeOptions, pixels: number): number {
  const { size, bpp, quality } = options;
  return Math.round(size ?? (pixels * (bpp ?? bppOfQuality(quality ?? DEFAULT_QUALITY))) / 8);
}

/** @throws LoecError E_USAGE if more than one target is given */
export function checkTargets({ quality, bpp, size, psnr }: EncodeOptions): void {
  const given = Object.entries({ quality, bpp, size, psnr }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => name).join(' and ');
    throw new LoecError('E_USAGE', `${names} exclude each other: give one target`);
  }
}
