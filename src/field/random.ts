/**
 * @file The seeded generator behind every random choice of an encode, so that a seed gives the same file everywhere. The starts of
 * files (`init.ts`) are made of its numbers, so they never change.
 *
 * SplitMix32: a Weyl sequence through the 32-bit finalizer of MurmurHash3.
 */

/** Returns uniform numbers in [0, 1) with 32 random bits each. */
export type Random = () => number;

const STRIDE = 0x9e3779b9;

/** @param seed any 32-bit integer @param skipped numbers that are left out before the first, 0 … 2^32 − 1 */
export function seededRandom(seed: number, skipped = 0): Random {
  let state = (seed + Math.imul(skipped, STRIDE)) >>> 0;
  return () => {
    state = (state + STRIDE) >>> 0;
    let hash = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
  };
}
