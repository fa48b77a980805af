/** @file PNG's chunk iCCP, which is a keyword and a zlib stream of a profile. `profile-in-iccp.ts` reads it. */

import { Adler32 } from '../png/adler32.ts';
import { bytesOf, words } from './fields.ts';

/** Bytes of a profile at most; large ones, of presses, have three million. */
export const MAX_PROFILE_BYTES = 2 ** 23;

/** Bytes of a block of a DEFLATE stream that is stored as it is (RFC 1951, section 3.2.4). */
const MOST_STORED = 65535;

/** Name of the profile, and method 0 of compression. */
const KEYWORD = bytesOf('ICC profile\0\0');

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
