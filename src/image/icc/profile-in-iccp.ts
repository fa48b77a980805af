/** @file The profile in PNG's chunk iCCP; apart from `iccp.ts`, so that pages load what inflates it when there is one. */

import { Unzlib } from 'fflate';
import { MAX_PROFILE_BYTES } from './iccp.ts';

/** Bytes that are inflated at a time: a thousand times as many come of them at most. */
const SLICE = 2 ** 13;

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
