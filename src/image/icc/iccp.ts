/** @file PNG's chunk iCCP, which is a keyword and a zlib stream, and the profile in it. */

import { Unzlib } from 'fflate';
import { Adler32 } from '../png/adler32.ts';
import { bytesOf, words } from './fields.ts';

/** Bytes of a profile at most; large ones, of presses, have three million. */
export const MAX_PROFILE_BYTES = 2 ** 23;

/** Bytes that are inflated at a time: a thousand times as many come of them at most. */
const SLICE = 2 ** 13;

/** Bytes of a block of a DEFLATE stream that is stored as it is (RFC 1951, section 3.2.4). */
const MOST_STORED = 65535;

/** Name of the profile, and method 0 of compression. */
const KEYWORD = bytesOf('ICC profile\0\0');

/** The profile of a well-formed chunk's data; null where it does not inflate, or to more than MAX_PROFILE_BYTES or nothing. */
export function profileOf(iccp: Uint8Array): Uint8Array | null {
  const stream = iccp.subarray(iccp.indexOf(0) + 2);
  const parts: Uint8Array[] = [];
  let length = 0;
  const inflate = new Unzlib((part) => {
    parts.push(part);
    length += part.length;
  });
  try {
    for (let at = 0; at < stream.length; at += SLICE) {
      inflate.push(stream.subarray(at, at + SLICE), at + SLICE >= stream.length);
      if (length > MAX_PROFILE_BYTES) return null;
    }
  } catch {
    return null;
  }
  const profile = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    profile.set(part, at);
    at += part.length;
  }
  return length > 0 ? profile : null;
}

/** The chunk's data. The profile is stored, not deflated: programs that decode need nothing that deflates. */
export function iccpData(profile: Uint8Array): Uint8Array {
  const blocks = Math.ceil(profile.length / MOST_STORED);
  const stream = new Uint8Array(2 + 5 * blocks + profile.length);
  stream.set([0x78, 0x01]);
  for (let from = 0, at = 2; from < profile.length; from += MOST_STORED) {
    const block = profile.subarray(from, from + MOST_STORED);
    const isLast = Number(from + MOST_STORED >= profile.length);
    const [low, high] = [block.length & 0xff, block.length >> 8];
    stream.set([isLast, low, high, low ^ 0xff, high ^ 0xff], at);
    stream.set(block, at + 5);
    at += 5 + block.length;
  }
  const checksum = new Adler32();
  checksum.update(profile);
  const data = new Uint8Array(KEYWORD.length + stream.length + 4);
  data.set(KEYWORD);
  data.set(stream, KEYWORD.length);
  data.set(words(checksum.value), KEYWORD.length + stream.length);
  return data;
}
