/** @file What people call a profile. */

import { COMPACT_NAME } from './compact.ts';
import { type Formula, formulaCurve, gammaFormula } from './curve.ts';
import { textAt, viewOf } from './fields.ts';
import {
  ADOBE_RGB,
  BT709_CURVE,
  BT2020,
  DISPLAY_P3,
  PROPHOTO_RGB,
  ROMM_CURVE,
  SRGB,
  SRGB_CURVE,
} from './known.ts';
import { colourDifference } from './levels.ts';
import { type MatrixProfile, readMatrixProfile, readTags } from './profile.ts';

const SPACES: readonly (readonly [name: string, colorants: readonly number[], curve: Formula])[] = [
  ['sRGB', SRGB, SRGB_CURVE],
  ['Display P3', DISPLAY_P3, SRGB_CURVE],
  ['Adobe RGB (1998)', ADOBE_RGB, gammaFormula(563 / 256)],
  ['ProPhoto RGB', PROPHOTO_RGB, ROMM_CURVE],
  ['ProPhoto RGB', PROPHOTO_RGB, gammaFormula(1.8)],
  ['BT.2020', BT2020, BT709_CURVE],
  ['grey, gamma 2.2', [], gammaFormula(2.2)],
];

/** Levels of 8 bits between colours that go by one name: publishers round primaries to two to four places. */
const LIKE = 5;

/** Characters of a name that are shown. */
const MOST_CHARACTERS = 100;

/** The name of its colours where they have one, else that which the profile gives itself. */
export function profileName(profile: Uint8Array): string {
  const matrix = readMatrixProfile(profile);
  const name = (matrix && spaceName(matrix)) ?? description(profile);
  if (name === COMPACT_NAME)
    return matrix?.colorants.length === 0 ? 'grey by a curve' : 'a matrix with curves';
  return name.slice(0, MOST_CHARACTERS) || 'unnamed';
}

function spaceName(matrix: MatrixProfile): string | undefined {
  const space = SPACES.find(([, colorants, curve]) => {
    const difference = colourDifference(matrix, { colorants, curves: [formulaCurve(curve)] });
    return difference <= LIKE;
  });
  return space?.[0];
}

/** From the tag `desc`: of version 2 a text of ASCII, of version 4 the first of several in UTF-16. */
function description(profile: Uint8Array): string {
  const data = readTags(profile)?.get('desc');
  if (!data || data.length < 28) return '';
  const view = viewOf(data);
  if (textAt(data, 0) === 'desc') return textOf(data.subarray(12, 12 + view.getUint32(8)));
  const [length, start] = [view.getUint32(20), view.getUint32(24)];
  const text = data.subarray(start, start + Math.min(length, 2 * MOST_CHARACTERS));
  return textOf(Uint16Array.from({ length: text.length >> 1 }, (_, i) => viewOf(text).getUint16(2 * i)));
}

function textOf(codes: Uint8Array | Uint16Array): string {
  return String.fromCharCode(...codes.subarray(0, MOST_CHARACTERS)).replaceAll('\0', '');
}
