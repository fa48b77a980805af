/** @file Curves and colours of red, green and blue that most profiles have, as their publishers have them in profiles: relative to D50, in 65536ths. */

import type { Formula } from './curve.ts';

/** XYZ of red, of green and of blue. */
type Colorants = readonly [number, number, number, number, number, number, number, number, number];

/** IEC 61966-2-1: its curve, with a slope of 1/12.92 at black. */
export const SRGB_CURVE: Formula = [157286, 62119, 3417, 5072, 2651];

/** x^1.8, straight below 1/32: ISO 22028-2. */
export const ROMM_CURVE: Formula = [117965, 65536, 0, 4096, 2048];

/** ITU-R BT.709 and BT.2020: the inverse of the camera's curve. */
export const BT709_CURVE: Formula = [145636, 59632, 5904, 14564, 5308];

/** As Hewlett-Packard's profile of 1998 has it, and most that were made after it. */
export const SRGB: Colorants = [28578, 14581, 912, 25241, 46981, 6362, 9376, 3972, 46799];

/** All that go by the name: as above, as the primaries give it by the matrix of Bradford, and as short profiles have it, whose sum is the white. */
export const ROUNDINGS_OF_SRGB: readonly Colorants[] = [
  SRGB,
  [28576, 14581, 912, 25239, 46983, 6361, 9375, 3972, 46788],
  [28576, 14578, 911, 25238, 46985, 6362, 9376, 3973, 46788],
];

/** Apple's Display P3: the primaries of SMPTE RP 431-2 with the white of D65. */
export const DISPLAY_P3: Colorants = [33759, 15807, -69, 19135, 45367, 2745, 10296, 4363, 51385];

/** Adobe RGB (1998), section 4.3.2.1 of its specification. */
export const ADOBE_RGB: Colorants = [39960, 20389, 1276, 13453, 41004, 3989, 9777, 4143, 48796];

/** ROMM RGB, ISO 22028-2, known as ProPhoto RGB. */
export const PROPHOTO_RGB: Colorants = [52279, 18878, 0, 8858, 46653, 1, 2053, 5, 54060];

/** ITU-R BT.2020. */
export const BT2020: Colorants = [44137, 18287, -127, 10858, 44260, 1965, 8195, 2989, 52223];

/** The matrix of Bradford from the white of D65 to D50, row by row. */
export const FROM_D65: readonly number[] = [68674, 1502, -3291, 1939, 64912, -1119, -606, 988, 49262];

/** Those that the dictionary of .loe files has. */
export const PRIMARIES: readonly Colorants[] = [SRGB, DISPLAY_P3, ADOBE_RGB, PROPHOTO_RGB, BT2020];
