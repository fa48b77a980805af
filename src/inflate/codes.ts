/** @file The two codes of a block: of literals and lengths, and of distances. */

import type { BitReader } from './bit-reader.ts';
import { broken } from './broken.ts';
import { type Code, codeOf } from './code.ts';

/** In which the lengths of the code of lengths are stored (RFC 1951, 3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

export const FIXED_CODES: readonly [lengths: Code, distances: Code] = [
  codeOf(Uint8Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
  codeOf(new Uint8Array(30).fill(5)),
];

/** Whose words' lengths are coded themselves. @throws Error for what is no code, and an end that is missing */
export function readCodes(bits: BitReader): [Code, Code] {
  const [literals, distances, stored] = [257 + bits.read(5), 1 + bits.read(5), 4 + bits.read(4)];
  const ofCode = new Uint8Array(ORDER.length);
  for (const symbol of ORDER.slice(0, stored)) ofCode[symbol] = bits.read(3);
  const code = codeOf(ofCode);
  const lengths = new Uint8Array(literals + distances);
  for (let at = 0; at < lengths.length; ) {
    const symbol = bits.symbol(code);
    const [value, times] = symbol < 16 ? [symbol, 1] : repeated(symbol, lengths[at - 1], bits);
    if (at + times > lengths.length) throw broken();
    lengths.fill(value, at, at + times);
    at += times;
  }
  return [codeOf(lengths.subarray(0, literals)), codeOf(lengths.subarray(literals))];
}

/** @returns what is repeated, and how often */
function repeated(symbol: number, last: number | undefined, bits: BitReader): [number, number] {
  if (symbol === 17) return [0, 3 + bits.read(3)];
  if (symbol === 18) return [0, 11 + bits.read(7)];
  if (last === undefined) throw broken();
  return [last, 3 + bits.read(2)];
}
