/**
 * @file The seeded generator behind every random choice of an encode, so that a seed gives the same file everywhere.
 * SplitMix32: a Weyl sequence through the 32-bit finalizer of MurmurHash3.
 */

/** Returns uniform numbers in [0, 1) with 32 random bits each. */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let hash = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
  };
}
