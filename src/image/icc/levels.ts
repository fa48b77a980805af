/**
 * @file How far the colours of two profiles are from each other, as people would measure it on an sRGB display: in levels of 8 bits of
 * sRGB, where those outside of sRGB have levels below 0 and above 255.
 */

import type { Curve } from './curve.ts';
import { SRGB } from './known.ts';
import { byRows, inverse, product } from './matrices.ts';
import type { MatrixProfile } from './profile.ts';

/** Colours as near as this are the same: what 8 bits can't tell. */
export const SAME = 0.25;

/** What is compared: light of samples by curves, and where it leads. */
export type Colours = Pick<MatrixProfile, 'curves' | 'colorants'>;

/** Curves are compared at 256 levels; colours at each 17th level of each channel, and at all levels of red, green, blue and grey. */
const STEP = 17;
const GRID = Array.from({ length: 16 }, (_, i) => STEP * i);
const LEVELS = Array.from({ length: 256 }, (_, i) => i);
const SAMPLES: readonly (readonly [number, number, number])[] = [
  ...GRID.flatMap((r) => GRID.flatMap((g) => GRID.map((b) => [r, g, b] as const))),
  ...LEVELS.flatMap(
    (i) =>
      [
        [i, i, i],
        [i, 0, 0],
        [0, i, 0],
        [0, 0, i],
      ] as const,
  ),
];

/** From XYZ to the light of sRGB's red, green and blue, row by row. */
const TO_SRGB = inverse(byRows(SRGB));

/** Levels in sRGB of light, also below 0 and above 1. */
export function levelOf(light: number): number {
  const size = Math.abs(light);
  const encoded = size <= 0.0031308 ? 12.92 * size : 1.055 * size ** (1 / 2.4) - 0.055;
  return 255 * Math.sign(light) * encoded;
}

/** The largest difference between curves alone, in levels of a grey. */
export function curveDifference(one: Curve, other: Curve): number {
  return LEVELS.reduce((most, level) => {
    const x = level / 255;
    return Math.max(most, Math.abs(levelOf(one.at(x)) - levelOf(other.at(x))));
  }, 0);
}

/** The largest difference of a channel of a colour, and Infinity between grey and colour. */
export function colourDifference(one: Colours, other: Colours): number {
  if (one.colorants.length !== other.colorants.length) return Number.POSITIVE_INFINITY;
  if (one.colorants.length === 0) return curveDifference(one.curves[0] as Curve, other.curves[0] as Curve);
  const [first, second] = [levelsBy(one), levelsBy(other)];
  return first.reduce((most, level, i) => Math.max(most, Math.abs(level - (second[i] as number))), 0);
}

/** Levels of red, green and blue of SAMPLES. */
function levelsBy({ curves, colorants }: Colours): Float64Array {
  const lights = [0, 1, 2].map((c) => {
    const curve = (curves[c] ?? curves[0]) as Curve;
    return LEVELS.map((level) => curve.at(level / 255));
  });
  const matrix = product(TO_SRGB, byRows(colorants));
  const levels = new Float64Array(3 * SAMPLES.length);
  SAMPLES.forEach((sample, i) => {
    const [red, green, blue] = sample.map((level, c) => lights[c]?.[level]) as [number, number, number];
    matrix.forEach(([r, g, b], row) => {
      levels[3 * i + row] = levelOf(r * red + g * green + b * blue);
    });
  });
  return levels;
}
