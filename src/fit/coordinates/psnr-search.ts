/** @file The smallest of a few fits that reaches a PSNR: a secant search on the logarithm of the size. */

import { LoecError } from '../../errors.ts';
import type { Size } from '../../image/raster.ts';
import { scoreMissed } from '../file-target.ts';
import type { Fitted } from '../fitted.ts';
import type { Journal } from '../journal/journal.ts';
import { bytesOfQuality } from './width-plan.ts';

/** Fits that a search may take. */
const MAX_TRIALS = 6;

/** A search ends with a PSNR at most this far above the target, in dB. */
const PSNR_TOLERANCE = 0.25;

/** The quality whose size is tried first. */
const FIRST_QUALITY = 50;

/** Gain in dB for twice the bits, as a first guess: 3.3 dB per e-fold (see `relabel.ts`). */
const DB_PER_OCTAVE = 2.3;

/** What no field fits into is doubled. */
const OCTAVES_TO_FIT = 1;

/** @param target in dB @throws LoecError E_TARGET */
export async function searchPsnr(
  picture: Size,
  target: number,
  fitTo: (bytes: number) => Promise<Fitted>,
  journal: Journal,
): Promise<Fitted> {
  let octaves = Math.log2(bytesOfQuality(picture, FIRST_QUALITY));
  let slope = DB_PER_OCTAVE;
  let last: { octaves: number; psnr: number } | undefined;
  let best: Fitted | undefined;
  let highest = Number.NEGATIVE_INFINITY;
  for (let trial = 0; trial < MAX_TRIALS; trial++) {
    const fitted = await fitWherePossible(fitTo, Math.round(2 ** octaves));
    if (!fitted) {
      octaves += OCTAVES_TO_FIT;
      continue;
    }
    if (journal.isHurried) return best ?? fitted;
    const reaches = fitted.psnr >= target;
    highest = Math.max(highest, fitted.psnr);
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
  // What the highest quality reaches is never missed.
  const finest = await fitTo(Math.round(bytesOfQuality(picture, 100)));
  if (finest.psnr >= target) return finest;
  throw scoreMissed({ kind: 'psnr', score: target }, Math.max(highest, finest.psnr));
}

/** undefined where no field fits into so few bytes. */
async function fitWherePossible(
  fitTo: (bytes: number) => Promise<Fitted>,
  bytes: number,
): Promise<Fitted | undefined> {
  try {
    return await fitTo(bytes);
  } catch (error) {
    if (error instanceof LoecError && error.code === 'E_TARGET') return undefined;
    throw error;
  }
}
