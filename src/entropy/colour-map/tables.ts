/** @file How large the tables are with which a map of colours is coded: known before its labels are read. */

/** Contexts of colours: of so many neighbours in turn, and along lines. */
export const NESTED_CONTEXTS = 7;
const LINE_CONTEXTS = 3;
export const CONTEXTS = NESTED_CONTEXTS + LINE_CONTEXTS;

/** Words of a context's bucket. */
export const BUCKET = 8;

/** Contexts of a node of the tree of labels. */
export const NODE_CONTEXTS = 9;

/** How large tables of contexts are: for a context or two a pixel, but not much larger than a processor's cache. */
export function tableBits(pixels: number): number {
  return Math.min(17, Math.max(10, bitsFor(pixels) + 1));
}

/** A label has several decisions. */
export function treeTableBits(pixels: number): number {
  return tableBits(pixels) + 1;
}

/** Bits of a number below `count`, which is 1 … 2³¹. */
export function bitsFor(count: number): number {
  return 32 - Math.clz32(count - 1);
}

/** Bytes of the memory of all contexts. */
export function memoryBytes(pixels: number): number {
  return 4 * BUCKET * CONTEXTS * 2 ** tableBits(pixels);
}

/** Bytes of a tree's counters and weights. */
function treeBytes(pixels: number, colours: number): number {
  return 4 * NODE_CONTEXTS * (2 ** treeTableBits(pixels) + 2 ** bitsFor(colours) + bitsFor(colours));
}

/** Bytes that coding holds at most, with the labels. */
export function colourMapMemory(pixels: number, colours: number): number {
  return memoryBytes(pixels) + treeBytes(pixels, colours) + 4 * 2 ** tableBits(pixels) + 4 * pixels + 2 ** 22;
}
