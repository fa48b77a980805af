/** @file Fits into sizes that nobody asks for, but a quality or a search: too few bytes for a field are no failure there. */

import { LoecError } from '../../errors.ts';

/** Growth of a size that no field fits into. */
const GROWTH = 1.3;

/** Sizes that are tried: the last one is twice the first. */
const MOST_TRIALS = 4;

/** undefined where no field fits into so few bytes. */
export async function fitWherePossible<Fit>(
  fitTo: (bytes: number) => Promise<Fit>,
  bytes: number,
): Promise<Fit | undefined> {
  try {
    return await fitTo(bytes);
  } catch (error) {
    if (error instanceof LoecError && error.code === 'E_TARGET') return undefined;
    throw error;
  }
}

/**
 * The fit whose file has so many bytes at most, or as few more as a field needs.
 * @throws LoecError E_TARGET where it needs more than twice as many
 */
export async function smallestFit<Fit>(fitTo: (bytes: number) => Promise<Fit>, bytes: number): Promise<Fit> {
  let size = bytes;
  for (let trial = 1; trial < MOST_TRIALS; trial++) {
    const fit = await fitWherePossible(fitTo, Math.round(size));
    if (fit) return fit;
    size *= GROWTH;
  }
  return fitTo(Math.round(size));
}
