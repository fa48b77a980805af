/** @file What the samples of a picture are as colours, by the chunks that travel with it. Only by formulas: profiles with tables are taken for sRGB. */

import { type Curve, formulaCurve, gammaFormula } from '../../image/icc/curve.ts';
import { BT709_CURVE, BT2020, DISPLAY_P3, SRGB, SRGB_CURVE } from '../../image/icc/known.ts';
import type { Colours } from '../../image/icc/levels.ts';
import { byRows, inverse, product } from '../../image/icc/matrices.ts';
import { readMatrixProfile } from '../../image/icc/profile.ts';
import { profileOf } from '../../image/icc/profile-in-iccp.ts';
import type { Chunk } from '../../image/raster.ts';
import type { CanvasColorSpace } from './canvas.ts';
import { colorantsOf } from './chromaticities.ts';

const SRGB_LIGHT = formulaCurve(SRGB_CURVE);

/** Of the canvas' colour spaces, whose curves are the same. */
export const CANVAS_COLOURS: Readonly<Record<CanvasColorSpace, Colours>> = {
  srgb: { curves: [SRGB_LIGHT, SRGB_LIGHT, SRGB_LIGHT], colorants: SRGB },
  'display-p3': { curves: [SRGB_LIGHT, SRGB_LIGHT, SRGB_LIGHT], colorants: DISPLAY_P3 },
};

/** The share of light that a colour may be out of sRGB by, so that roundings of its primaries are not. */
const OUTSIDE = 0.01;

/** By the chunk that counts for most (PNG specification, third edition, section 4.3); sRGB where none says otherwise or can be read. */
export function coloursOf(chunks: readonly Chunk[]): Colours {
  const dataOf = (wanted: string): Uint8Array | undefined => chunks.find(({ type }) => type === wanted)?.data;
  const [cicp, iccp, gamma, primaries] = ['cICP', 'iCCP', 'gAMA', 'cHRM'].map(dataOf);
  const profile = iccp && profileOf(iccp);
  const found = (cicp && coloursOfCodes(cicp)) ?? (profile && readMatrixProfile(profile));
  if (found) return found;
  return iccp || dataOf('sRGB') ? CANVAS_COLOURS.srgb : coloursOfParts(gamma, primaries);
}

/** The smaller space of a canvas that holds the picture's colours. */
export function smallestSpace(chunks: readonly Chunk[]): CanvasColorSpace {
  const { colorants } = coloursOf(chunks);
  if (colorants.length === 0) return 'srgb';
  const inSrgb = product(inverse(byRows(SRGB)), byRows(colorants));
  return inSrgb.flat().some((share) => share < -OUTSIDE) ? 'display-p3' : 'srgb';
}

/** Primaries and curves of ITU-T H.273, tables 2 and 3. Those of HDR and of film have no place on a canvas of 8 bits. */
const PRIMARIES = new Map([
  [1, SRGB],
  [9, BT2020],
  [12, DISPLAY_P3],
]);
const TRANSFERS = new Map([
  ...[1, 6, 14, 15].map((code) => [code, BT709_CURVE] as const),
  [4, gammaFormula(2.2)],
  [5, gammaFormula(2.8)],
  [8, gammaFormula(1)],
  [13, SRGB_CURVE],
]);

function coloursOfCodes([primaries, transfer]: Uint8Array): Colours | null {
  const colorants = PRIMARIES.get(primaries as number);
  const formula = TRANSFERS.get(transfer as number);
  return colorants && formula ? { colorants, curves: threeOf(formulaCurve(formula)) } : null;
}

/** @param gamma data of gAMA @param primaries data of cHRM */
function coloursOfParts(gamma: Uint8Array | undefined, primaries: Uint8Array | undefined): Colours {
  const [exponent] = gamma ? hundredThousandths(gamma) : [];
  return {
    curves: threeOf(exponent ? formulaCurve(gammaFormula(1 / exponent)) : SRGB_LIGHT),
    colorants: (primaries && colorantsOf(hundredThousandths(primaries))) ?? SRGB,
  };
}

function hundredThousandths({ buffer, byteOffset, length }: Uint8Array): number[] {
  const view = new DataView(buffer, byteOffset, length);
  return Array.from({ length: length / 4 }, (_, i) => view.getUint32(4 * i) / 1e5);
}

function threeOf(curve: Curve): Curve[] {
  return [curve, curve, curve];
}
