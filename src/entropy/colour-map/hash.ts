/** @file Hashes of contexts, modulo 2³². */

/** The hash of what `hash` stands for and a further value. */
export function mixed(hash: number, value: number): number {
  return Math.imul((hash ^ value) + 0x9e3779b9, 0x2c1b3c6d) ^ (hash >>> 13);
}

/** A place in a table of 2^bits. @param bits 1 … 31 */
export function placeOf(hash: number, bits: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - bits);
}
