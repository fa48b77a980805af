/**
 * @file MessagePack values in a section: raw length, then the bytes, deflated with a dictionary where that is shorter. `pack.ts` writes them.
 * Normative text: formats/loe.md, section 4.
 */

import { ByteReader } from '../bytes.ts';
import { damaged, LoecError } from '../errors.ts';
import { inflate } from '../inflate.ts';
import { DICTIONARY } from './dictionary.ts';
import { type Packable, readMessagePack } from './messagepack.ts';

/** Unpacked bytes that a section may hold: room for the largest ICC profiles. */
export const MAX_RAW_BYTES = 2 ** 24;

/**
 * The value of a payload.
 * @param name the section's name, for messages
 * @throws LoecError E_FORMAT or E_LIMIT
 */
export function unpackValue(payload: Uint8Array, name: string): Packable {
  return readMessagePack(rawBytes(payload, name), name);
}

function rawBytes(payload: Uint8Array, name: string): Uint8Array {
  const reader = new ByteReader(payload);
  const flagged = reader.varint();
  const length = Math.floor(flagged / 2);
  if (length > MAX_RAW_BYTES) {
    const message = `the ${name} section unpacks to ${length} bytes; the limit is ${MAX_RAW_BYTES}`;
    throw new LoecError('E_LIMIT', message);
  }
  const bytes = reader.bytes(reader.left);
  if (flagged % 2 === 1) return inflated(bytes, length, name);
  if (bytes.length !== length)
    throw damaged(`the ${name} section has ${bytes.length} bytes, ${length} expected`);
  return bytes;
}

function inflated(bytes: Uint8Array, length: number, name: string): Uint8Array {
  try {
    return inflate(bytes, length, DICTIONARY);
  } catch (cause) {
    throw damaged(`the ${name} section does not inflate to ${length} bytes`, cause);
  }
}
