/** @file The smallest profile that says the same of colours. */

import { compactProfile } from './compact.ts';
import { type Curve, formulaCurve } from './curve.ts';
import { shortestCurve } from './fit-curve.ts';
import { FROM_D65, PRIMARIES, ROUNDINGS_OF_SRGB, SRGB_CURVE } from './known.ts';
import { colourDifference, SAME } from './levels.ts';
import { type MatrixProfile, readMatrixProfile } from './profile.ts';

/** sRGB with the profile's rendering intent, or a profile. */
type Reduced =
  | { readonly kind: 'sRGB'; readonly intent: number }
  | { readonly kind: 'profile'; readonly profile: Uint8Array };

/** Rendering intents that ICC and PNG have. */
const INTENTS = 4;

/** Differences of curves that are tried: colours far from grey can differ by more than their curves. */
const TOLERANCES = [SAME, SAME / 4, SAME / 16, 0];

/** Matrices from white to D50 are the same within this, in 65536ths: of D65 there are several roundings. */
const SAME_WHITE = 256;

/** @param profile any bytes: what is no matrix with curves stays as it is */
export function reducedProfile(profile: Uint8Array): Reduced {
  const found = readMatrixProfile(profile);
  if (!found) return { kind: 'profile', profile };
  const { intent } = found;
  if (intent < INTENTS && isSrgb(found)) return { kind: 'sRGB', intent };
  const compact = smallestOf(found);
  return { kind: 'profile', profile: compact.length < profile.length ? compact : profile };
}

/** Of grey the curve alone counts. */
function isSrgb(profile: MatrixProfile): boolean {
  const curves = [formulaCurve(SRGB_CURVE)];
  return [...ROUNDINGS_OF_SRGB, []].some(
    (colorants) => colourDifference(profile, { curves, colorants }) <= SAME,
  );
}

function smallestOf({ intent, colorants, curves, adaptation }: MatrixProfile): Uint8Array {
  const isFromD65 = FROM_D65.every((value, i) => Math.abs(value - (adaptation[i] as number)) <= SAME_WHITE);
  const parts = { intent, adaptation: isFromD65 ? FROM_D65 : adaptation };
  const own = { curves, colorants };
  for (const tolerance of TOLERANCES) {
    const shortest = distinct(curves.map((curve) => shortestCurve(curve, tolerance)));
    for (const primaries of candidates(colorants)) {
      if (colourDifference(own, { curves: shortest, colorants: primaries }) > SAME) continue;
      return compactProfile({ ...parts, colorants: primaries, curves: shortest.map(({ data }) => data) });
    }
  }
  return compactProfile({ ...parts, colorants, curves: distinct(curves).map(({ data }) => data) });
}

/** Common ones, which take few bytes, and those of the profile. */
function candidates(colorants: readonly number[]): (readonly number[])[] {
  const known = PRIMARIES.filter((primaries) => isNear(primaries, colorants));
  return [...known, colorants];
}

/** Whether it is worth the comparison. */
function isNear(primaries: readonly number[], colorants: readonly number[]): boolean {
  return primaries.every((value, i) => Math.abs(value - (colorants[i] ?? Infinity)) < 256);
}

/** One for all where all are the same. */
function distinct(curves: readonly Curve[]): readonly Curve[] {
  const [first] = curves as [Curve];
  const isShared = curves.every(
    ({ data }) => data.length === first.data.length && data.every((byte, i) => byte === first.data[i]),
  );
  return isShared ? [first] : curves;
}
