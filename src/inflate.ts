/** @file DEFLATE streams (RFC 1951) of a known length. */

import { inflateSync } from 'fflate';

/**
 * @param length of what comes out
 * @param dictionary stands before what comes out
 * @throws Error for what is no such stream, and where more or less comes out
 */
export function inflate(
  deflated: Uint8Array,
  length: number,
  dictionary?: Uint8Array,
): Uint8Array<ArrayBuffer> {
  // One byte of room tells what is longer; it is cut there, so that it can't grow beyond what was announced.
  const out = inflateSync(deflated, { out: new Uint8Array(length + 1), ...(dictionary && { dictionary }) });
  if (out.length !== length)
    throw new Error(`it inflates to ${out.length} bytes or more, ${length} expected`);
  return out;
}
