/** @file The contexts of a latent's five corrections: byte offsets into a set of them. */

import {
  ACTIVITIES_AT, PATTERNS, PATTERNS_AT, PLACES_AT, TRIPLES, TRIPLES_AT,
} from '../constants';
import { Coder } from './coder';

/** Bytes of a correction: its value and its information, both i32. */
export const CORRECTION: usize = 8;

// @ts-ignore: decorator
@inline
function clamped(value: i32, most: i32): i32 {
  return max(-most, min(most, value));
}

/** The integer nearest to the mean, and on which side of it in eighths the mean lies. */
// @ts-ignore: decorator
@inline
export function expectation(expected: i32, fraction: i32): usize {
  return CORRECTION * (8 * (clamped(expected, 7) + 7) + ((fraction + 128) >> 5));
}

/** Puts a row's activity to that of the row above, which is ahead. */
export function beginRow(coder: Coder, row: u32): void {
  const address = coder.activity + 4 * row;
  store<i32>(address, row ? load<i32>(address - 4) : 0);
}

/** How large residuals have been of late in this row and in the one above, and the scale in quarters of log b from −3.5 on. */
// @ts-ignore: decorator
@inline
export function activityOf(coder: Coder, row: u32, scale: i32): usize {
  const address = coder.activity + 4 * row;
  const activity = load<i32>(address);
  const above = row ? load<i32>(address - 4) : activity;
  const scaleClass = max(0, min(23, (scale - 24) >> 2));
  return CORRECTION * (ACTIVITIES_AT + 24 * min(23, magnitudeClass(activity + above)) + scaleClass);
}

/** A row's activity, of 64, follows the magnitudes of its residuals. */
// @ts-ignore: decorator
@inline
export function follow(coder: Coder, row: u32, residual: i32): void {
  const address = coder.activity + 4 * row;
  const activity = load<i32>(address);
  store<i32>(address, activity + ((64 * min(63, abs(residual)) - activity) >> 3));
}

/** ⌊2·log₂(mean + 1)⌋, to within half a class. */
// @ts-ignore: decorator
@inline
function magnitudeClass(mean: i32): i32 {
  const value = 2 * (mean + 1);
  const exponent = 31 - clz(value);
  return 2 * (exponent - 1) + ((value >> (exponent - 1)) & 1);
}

/** One of up to 16 × 16 squares of the plane. */
// @ts-ignore: decorator
@inline
export function place(coder: Coder, row: u32, x: u32): usize {
  const shift = coder.placeShift;
  return CORRECTION * (PLACES_AT + 16 * ((coder.firstRow + row) >> shift) + (x >> shift));
}

/** Magnitudes of the neighbours, for decisions on the latent's magnitude. */
// @ts-ignore: decorator
@inline
export function pattern(west: i32, north: i32, northWest: i32, northEast: i32): usize {
  const magnitudes =
    27 * min(abs(west), 2) + 9 * min(abs(north), 2) + 3 * min(abs(northWest), 2) + min(abs(northEast), 2);
  return CORRECTION * (PATTERNS_AT + magnitudes);
}

// @ts-ignore: decorator
@inline
export function triple(west: i32, north: i32, parent: i32): usize {
  return CORRECTION * (TRIPLES_AT + 25 * min(abs(west), 4) + 5 * min(abs(north), 4) + min(abs(parent), 4));
}

/** Their signs and small values, for the decision on its residual's sign. */
// @ts-ignore: decorator
@inline
export function signedPattern(west: i32, north: i32, northWest: i32, northEast: i32): usize {
  const signs = 27 * clamped(west, 1) + 9 * clamped(north, 1) + 3 * clamped(northWest, 1) + clamped(northEast, 1);
  return CORRECTION * (PATTERNS_AT + PATTERNS / 2 + signs);
}

// @ts-ignore: decorator
@inline
export function signedTriple(west: i32, north: i32, parent: i32): usize {
  return CORRECTION * (TRIPLES_AT + TRIPLES / 2 + 25 * clamped(west, 2) + 5 * clamped(north, 2) + clamped(parent, 2));
}
