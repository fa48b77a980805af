/** @file sharp, which reads and writes what is not PNG, and which need not be there. */

import { LoecError } from '../../errors.ts';

export type SharpModule = typeof import('sharp')['default'];

/** @throws LoecError E_ENGINE where it is missing */
export async function loadSharp(): Promise<SharpModule> {
  try {
    return (await import('sharp')).default;
  } catch (cause) {
    const message = "sharp, which codes JPEG, WebP and AVIF, can't be loaded: npm install sharp";
    throw new LoecError('E_ENGINE', message, { cause });
  }
}
