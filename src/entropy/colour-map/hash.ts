/** @file Hashes of contexts, modulo 2³². */

/** The hash of what `hash` stands for and a further value. */
export function mixed(hash: number, value: number): number {
  return Math.imul((hash ^ value) + 0x9e3779b9, 0x2c1b3c6d) ^ (hash >>> 13);
}

/** A place in a table of 2^bits. @param bits 1 … 31 */
export function placeOf(hash: number, bits: number): number {
  return Math.imul(hash, 0x9e3779b1) >>> (32 - bits);
}

/** How large tables of contexts are: for a context or two a pixel, but not much larger than a processor's cache. */
export function tableBits(pixels: number): number {
  return Math.min(17, Math.max(10, bitsFor(pixels) + 1));
}

/** Bits of a number below `count`, which is 1 … 2³¹. */
export function bitsFor(count: number): number {
  return 32 - Math.clz32(count - 1);
}
