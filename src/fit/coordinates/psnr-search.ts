/** @file The smallest of a few fits that reaches a PSNR: a secant search on the logarithm of the size. */

import { LoecError } from '../../errors.ts';
import type { Raster } from '../../image/raster.ts';
import type { Fitted } from '../fitted.ts';
import { bytesOfQuality } from './width-plan.ts';

/** Fits that a search may take. */
const MAX_TRIALS = 6;

/** A search ends with a PSNR at most this far above the target, in dB. */
const PSNR_TOLERANCE = 0.25;

/** The quality whose size is tried first. */
const FIRST_QUALITY = 50;

/** Gain in dB for twice the bits, as a first guess: 3.3 dB per e-fold (see `relabel.ts`). */
const DB_PER_OCTAVE = 2.3;

/** @param target in dB @throws LoecError E_TARGET */
export async function searchPsnr(
  raster: Raster,
  target: number,
  fitTo: (bytes: number) => Promise<Fitted>,
): Promise<Fitted> {
  let octaves = Math.log2(bytesOfQuality(raster, FIRST_QUALITY));
  let slope = DB_PER_OCTAVE;
  let last: { octaves: number; psnr: number } | undefined;
  let best: Fitted | undefined;
  for (let trial = 0; trial < MAX_TRIALS; trial++) {
    const fitted = await fitTo(Math.round(2 ** octaves));
    const reaches = fitted.psnr >= target;
    if (reaches && (!best || fitted.file.length < best.file.length)) best = fitted;
    if (reaches && fitted.psnr <= target + PSNR_TOLERANCE) return fitted;
    if (last && Math.abs(octaves - last.octaves) > 0.01) {
      slope = Math.min(12, Math.max(0.5, (fitted.psnr - last.psnr) / (octaves - last.octaves)));
    }
    last = { octaves, psnr: fitted.psnr };
    // A little above the target, so that the search ends on the right side.
    octaves += Math.min(2, Math.max(-2, (target + PSNR_TOLERANCE / 2 - fitted.psnr) / slope));
  }
  if (best) return best;
  const found = `the last of ${MAX_TRIALS} fits has ${last?.psnr.toFixed(2)} dB; try a higher effort`;
  throw new LoecError('E_TARGET', `${target} dB were not reached: ${found}`);
}
