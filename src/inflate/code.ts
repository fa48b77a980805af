/** @file Huffman codes as DEFLATE has them (RFC 1951, 3.2.2). */

import { broken } from './broken.ts';

/** Of a code's words, at most. */
export const WORD_BITS = 15;

/** A canonical Huffman code: how many words there are of each length, and what they stand for, in their order. */
export interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

/** @param lengths of the words of symbols 0, 1, …; 0 for those without @throws Error where there is no such code */
export function codeOf(lengths: Uint8Array): Code {
  const counts = new Uint16Array(WORD_BITS + 1);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  const symbols = [...lengths.keys()].filter((symbol) => lengths[symbol] !== 0);
  // Those of one length stay in their order.
  symbols.sort((one, other) => (lengths[one] as number) - (lengths[other] as number));
  // Too many words of a length leave no room for longer ones.
  const taken = counts.reduce((sum, count, length) => sum + (length > 0 ? count / 2 ** length : 0), 0);
  if (taken > 1) throw broken();
  return { counts, symbols: Uint16Array.from(symbols) };
}
