/** @file Reading what may be longer than it should be. */

import { throwIfAborted } from '../../errors.ts';

/**
 * All of it.
 * @param most bytes; one more ends the reading
 * @returns null where there are more
 */
export async function readBounded(
  pieces: AsyncIterable<Uint8Array>,
  most: number,
  signal?: AbortSignal,
): Promise<Uint8Array | null> {
  const found: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    throwIfAborted(signal);
    length += piece.length;
    if (length > most) return null;
    found.push(piece);
  }
  return Buffer.concat(found, length);
}
