/**
 * @file Makes the dictionary of packed sections: `npm run dictionary`. It is part of the format (formats/loe.md, section 4), so it must never
 * change.
 */

import { writeFile } from 'node:fs/promises';
import { compactProfile } from '../src/image/icc/compact.ts';
import { formulaData, gammaFormula } from '../src/image/icc/curve.ts';
import { joined } from '../src/image/icc/fields.ts';
import {
  ADOBE_RGB,
  BT2020,
  DISPLAY_P3,
  FROM_D65,
  PROPHOTO_RGB,
  SRGB,
  SRGB_CURVE,
} from '../src/image/icc/known.ts';
import { IDENTITY, TAGS_AT } from '../src/image/icc/profile.ts';
import { builtText } from './built-text.ts';

const MODULE = new URL('../src/container/dictionary.ts', import.meta.url);

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

const dictionary = joined(likelyParts(), hexBytes(BEFORE_PROFILE), likeliestProfile(), hexBytes(HEADERS));
await writeFile(
  MODULE,
  `/** @file Built by scripts/make-dictionary.ts: what packed sections are likely to hold. Normative text: formats/loe.md, section 4. */

import { builtBytes } from '../built-bytes.ts';

/** The preset dictionary of deflated sections: as if these bytes had come before theirs. */
export const DICTIONARY = builtBytes(
  '${builtText(dictionary)}',
);
`,
);

/** The likeliest profile: Display P3. */
function likeliestProfile(): Uint8Array {
  return compactProfile({
    intent: 0,
    adaptation: FROM_D65,
    colorants: DISPLAY_P3,
    curves: [formulaData(SRGB_CURVE)],
  });
}

/** What others are likely to be made of: the tags of grey, colorants with their curve, or with their white too. */
function likelyParts(): Uint8Array {
  const of = (colorants: readonly number[], gamma: number): Uint8Array =>
    compactProfile({
      intent: 0,
      adaptation: IDENTITY,
      colorants,
      curves: [formulaData(gammaFormula(gamma))],
    });
  return joined(
    of([], 2.2).subarray(TAGS_AT - 4, TAGS_AT + 60),
    of(BT2020, 1).subarray(-92, -32),
    of(SRGB, 2.2).subarray(-92),
    of(PROPHOTO_RGB, 1.8).subarray(-136),
    of(ADOBE_RGB, 563 / 256).subarray(-136),
  );
}

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16));
}
