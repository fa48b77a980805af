/** @file The smallest of a few fits whose file reaches a score: a secant search on the logarithm of the size. */

import { type ScoreTarget, scoreMissed } from '../file-target.ts';
import type { Fitted } from '../fitted.ts';
import type { Journal } from '../journal/journal.ts';
import { fitWherePossible, smallestFit } from './fit-where-possible.ts';

/** Fits that a search may take. */
const MAX_TRIALS = 6;

/** What no field fits into is doubled. */
const OCTAVES_TO_FIT = 1;

/** Octaves between two sizes at most: so far a slope can be trusted. */
const MOST_OCTAVES = 2;

/** Two sizes that are nearer, in octaves, tell no slope. */
const LEAST_OCTAVES = 0.01;

/** What a search knows of a kind of score. */
interface Scale {
  /** Gain for twice the bytes: as a first guess, and what is believed of two fits. */
  readonly slope: { readonly usual: number; readonly min: number; readonly max: number };
  /** A search ends with a score at most this far above what is asked for. */
  readonly tolerance: number;
}

const SCALES: Readonly<Record<ScoreTarget['kind'], Scale>> = {
  // In dB: 3.3 for each e-fold (see `relabel.ts`).
  psnr: { slope: { usual: 2.3, min: 0.5, max: 12 }, tolerance: 0.25 },
  // Between 30 and 80; less above, more below.
  ssimulacra2: { slope: { usual: 12, min: 2, max: 60 }, tolerance: 1 },
};

/** Sizes that a search needs, in bytes. */
export interface SearchSizes {
  /** Tried first. */
  readonly first: number;
  /** Of the highest quality. */
  readonly finest: number;
  /** No file is tried to be larger. */
  readonly most: number;
}

interface Trial {
  /** log₂ of the bytes. */
  readonly octaves: number;
  readonly score: number;
}

/**
 * @param fitTo a fit whose file has so many bytes at most, and the score
 * @throws LoecError E_TARGET
 */
export async function searchScore(
  sizes: SearchSizes,
  target: Pick<ScoreTarget, 'kind' | 'score'>,
  fitTo: (bytes: number) => Promise<Fitted>,
  journal: Journal,
): Promise<Fitted> {
  const { slope: slopes, tolerance } = SCALES[target.kind];
  const scoreOf = (fitted: Fitted): number => fitted[target.kind] as number;
  let octaves = Math.log2(sizes.first);
  let slope = slopes.usual;
  let last: Trial | undefined;
  let best: Fitted | undefined;
  let highest: Fitted | undefined;
  for (let trial = 0; trial < MAX_TRIALS; trial++) {
    const bytes = Math.round(2 ** octaves);
    const fitted = await fitWherePossible(fitTo, bytes);
    if (!fitted) {
      octaves += OCTAVES_TO_FIT;
      continue;
    }
    const score = scoreOf(fitted);
    if (!highest || score > scoreOf(highest)) highest = fitted;
    // The fit that was cut short may be worse than those before it.
    if (journal.isHurried) return best ?? highest;
    const reaches = score >= target.score;
    if (reaches && (!best || fitted.file.length < best.file.length)) best = fitted;
    if (reaches && score <= target.score + tolerance) return fitted;
    if (last && Math.abs(octaves - last.octaves) > LEAST_OCTAVES) {
      slope = clamp((score - last.score) / (octaves - last.octaves), slopes.min, slopes.max);
    }
    last = { octaves, score };
    // A little above the target, so that the search ends on the right side.
    octaves += clamp((target.score + tolerance / 2 - score) / slope, -MOST_OCTAVES, MOST_OCTAVES);
    octaves = Math.min(octaves, Math.log2(sizes.most));
    // The same size has the same file.
    if (Math.round(2 ** octaves) === bytes) break;
  }
  if (best) return best;
  // What the highest quality reaches is never missed.
  const finest = await smallestFit(fitTo, sizes.finest);
  if (scoreOf(finest) >= target.score) return finest;
  throw scoreMissed(target, scoreOf(highest && scoreOf(highest) > scoreOf(finest) ? highest : finest));
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
