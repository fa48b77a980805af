/**
 * @file MessagePack values in a section: raw length, then the bytes, deflated with a dictionary where that is shorter. Normative
 * text: formats/loe.md, section 4.
 */

import { deflateSync, inflateSync } from 'fflate';
import { Packr } from 'msgpackr/pack';
import { Unpackr } from 'msgpackr/unpack';
import { damaged, LoecError } from '../errors.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { DICTIONARY } from './dictionary.ts';

/** What MessagePack carries here: arrays, numbers, strings, byte strings and null. */
export type Packable = null | number | string | Uint8Array | readonly Packable[];

/** Unpacked bytes that a section may hold: room for the largest ICC profiles. */
const MAX_RAW_BYTES = 2 ** 24;

/** Payload: varint 2·(raw length) + (1 if deflated), then the bytes. */
export function packValue(value: Packable): Uint8Array {
  const raw = Uint8Array.from(new Packr({ useRecords: false }).pack(value));
  const deflated = deflateSync(raw, { level: 9, dictionary: DICTIONARY });
  const shorter = deflated.length < raw.length;
  return new ByteWriter()
    .varint(2 * raw.length + Number(shorter))
    .bytes(shorter ? deflated : raw)
    .finish();
}

/**
 * The value of a payload.
 * @param name the section's name, for messages
 */
export function unpackValue(payload: Uint8Array, name: string): unknown {
  const raw = inflate(payload, name);
  try {
    return new Unpackr({ useRecords: false, int64AsType: 'number' }).unpack(raw);
  } catch (cause) {
    throw damaged(`the ${name} section is not MessagePack`, cause);
  }
}

function inflate(payload: Uint8Array, name: string): Uint8Array {
  const reader = new ByteReader(payload);
  const flagged = reader.varint();
  const length = Math.floor(flagged / 2);
  if (length > MAX_RAW_BYTES) {
    const message = `the ${name} section unpacks to ${length} bytes; the limit is ${MAX_RAW_BYTES}`;
    throw new LoecError('E_LIMIT', message);
  }
  const bytes = reader.bytes(reader.left);
  const raw = flagged % 2 === 0 ? bytes : inflateTo(length, bytes, name);
  if (raw.length !== length) throw damaged(`the ${name} section has ${raw.length} bytes, ${length} expected`);
  return raw;
}

/** Deflated data is cut at `length` bytes, so that it can't grow beyond what was announced. */
function inflateTo(length: number, bytes: Uint8Array, name: string): Uint8Array {
  try {
    return inflateSync(bytes, { out: new Uint8Array(length), dictionary: DICTIONARY });
  } catch (cause) {
    throw damaged(`the ${name} section does not inflate`, cause);
  }
}
