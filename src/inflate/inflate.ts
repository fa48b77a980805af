/** @file DEFLATE streams (RFC 1951) of a known length. Short rather than fast, since pages load it: what comes by it is small. */

import { BitReader } from './bit-reader.ts';
import { broken } from './broken.ts';
import type { Code } from './code.ts';
import { FIXED_CODES, readCodes } from './codes.ts';
import { Output } from './output.ts';

const END_OF_BLOCK = 256;
const LONGEST = 258;

/**
 * @param length of what comes out
 * @param dictionary stands before what comes out
 * @throws Error for what is no such stream, and where more or less comes out
 */
export function inflate(
  deflated: Uint8Array,
  length: number,
  dictionary: Uint8Array = new Uint8Array(0),
): Uint8Array<ArrayBuffer> {
  const bits = new BitReader(deflated);
  const out = new Output(length, dictionary);
  let isLast = false;
  while (!isLast) {
    isLast = bits.read(1) === 1;
    const kind = bits.read(2);
    if (kind === 0) out.put(bits.stored());
    else if (kind === 1) inflateBlock(bits, out, ...FIXED_CODES);
    else if (kind === 2) inflateBlock(bits, out, ...readCodes(bits));
    else throw broken();
  }
  return out.whole();
}

function inflateBlock(bits: BitReader, out: Output, lengths: Code, distances: Code): void {
  for (;;) {
    const symbol = bits.symbol(lengths);
    if (symbol === END_OF_BLOCK) return;
    if (symbol < END_OF_BLOCK) out.byte(symbol);
    else out.copy(lengthOf(symbol - END_OF_BLOCK - 1, bits), 1 + ranged(bits.symbol(distances), 2, 30, bits));
  }
}

function lengthOf(symbol: number, bits: BitReader): number {
  return symbol === 28 ? LONGEST : 3 + ranged(symbol, 4, 28, bits);
}

/** A number of a range: ranges double after every `alike` symbols, which have one bit more (3.2.5). @param end beyond the symbols that there are */
function ranged(symbol: number, alike: number, end: number, bits: BitReader): number {
  if (symbol >= end) throw broken();
  const more = Math.max(0, Math.floor(symbol / alike) - 1);
  return ((symbol - alike * more) << more) + bits.read(more);
}
