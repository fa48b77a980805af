/** @file What packed sections are likely to hold. Normative text: formats/loe.md, section 4. */

import { likeliestProfile, likelyParts } from '../image/icc/compact.ts';

/**
 * Names of presets, then most of the headers of a large and of a small pyramid field, in MessagePack, each after what is other where red,
 * green and blue are equal and where alpha is 255 everywhere.
 */
const HEADERS = `
  A7 73 65 67 2D 6C 6F 65  A7 6C 6F 65 2D 66 74 63  A5 73 69 72 65 6E
  AB 70 79 72 61 6D 69 64 2D 73 65 67  AB 70 79 72 61 6D 69 64 2D 6C 6F 65
  90 93 01 00 CC FF 96 30 00 FF 01 00 00
  04 08 92 02 C4 01 00  90 94 03 00 CC FF CC FF
  03 08 92 02 C4 01 00  90 C0 96 30 00 FF 03 00 00  DC 00 10 D0 A0  C0  A7 70 79 72 61 6D 69 64
  97 07 03 12 06 18 02 CD FF FF
  90 93 01 00 CC FF 96 20 00 FF 01 00 00
  04 08 94 03 C4 04 00 00 B1 8F 02 C4 01 00  94 03 00 CC FF CC FF
  03 08 94 03 C4 04 00 00 B1 8F 02 C4 01 00  C0 96 20 00 FF 03 00 00  9E D0 A0  C0  A7 70 79 72 61 6D 69 64
  97 07 02 0C 03 10 01 CD 3F FF`;

/** In MessagePack what stands before a profile: 3 channels of 8 bits, one chunk, its code and its length. */
const BEFORE_PROFILE = '03 08 92 01 C5 01 BC';

/** The preset dictionary of deflated sections: as if these bytes had come before theirs. */
export const DICTIONARY = Uint8Array.from([
  ...likelyParts(),
  ...bytesOf(BEFORE_PROFILE),
  ...likeliestProfile(),
  ...bytesOf(HEADERS),
]);

function bytesOf(hex: string): number[] {
  return hex
    .trim()
    .split(/\s+/)
    .map((byte) => Number.parseInt(byte, 16));
}
