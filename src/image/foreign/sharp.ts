/** @file sharp, which reads and writes what is not PNG, and which need not be there. */

import { LoecError } from '../../errors.ts';

export type SharpModule = typeof import('sharp')['default'];

/** The oldest that has all that is used, `keepXmp` too: major, minor and patch. */
const OLDEST = [0, 34, 3] as const;

/** @throws LoecError E_ENGINE where it is missing or too old */
export async function loadSharp(): Promise<SharpModule> {
  const { default: sharp } = await importSharp();
  checkSharpVersion(sharp.versions.sharp);
  return sharp;
}

/** @throws LoecError E_ENGINE for one that is too old */
export function checkSharpVersion(version: string): void {
  const numbers = version.split(/[.-]/).map(Number);
  const place = OLDEST.findIndex((oldest, i) => numbers[i] !== oldest);
  if (place < 0 || (numbers[place] ?? 0) > (OLDEST[place] ?? 0)) return;
  const message = `expected sharp ${OLDEST.join('.')} or newer, found ${version}: npm install sharp@latest`;
  throw new LoecError('E_ENGINE', message);
}

async function importSharp(): Promise<typeof import('sharp')> {
  try {
    return await import('sharp');
  } catch (cause) {
    const message =
      "sharp, which reads and writes pictures other than PNG, can't be loaded: npm install sharp";
    throw new LoecError('E_ENGINE', message, { cause });
  }
}
