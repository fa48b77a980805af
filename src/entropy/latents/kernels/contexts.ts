/** @file The contexts of a latent's five corrections: byte offsets into a set of them. */

import {
  ACTIVITIES_AT, PATTERNS, PATTERNS_AT, PLACES_AT, TRIPLES, TRIPLES_AT,
} from '../constants';
import { Coder } from './coder';

/** Bytes of a correction: its value and its information, both i32. */
export const CORRECTION: usize = 8;

function show(coder: Coder, index: usize, context: i32): void {
  store<u32>(coder.contexts + 4 * index, CORRECTION * context);
}

function clamped(value: i32, most: i32): i32 {
  return max(-most, min(most, value));
}

/** The integer nearest to the mean, and on which side of it in eighths the mean lies. */
export function showExpectation(coder: Coder, expected: i32, fraction: i32): void {
  show(coder, 0, 8 * (clamped(expected, 7) + 7) + ((fraction + 128) >> 5));
}

/** Puts a row's activity to that of the row above, which is ahead. */
export function beginRow(coder: Coder, row: u32): void {
  const address = coder.activity + 4 * row;
  store<i32>(address, row ? load<i32>(address - 4) : 0);
}

/** How large residuals have been of late in this row and in the one above, and the scale in quarters of log b from −3.5 on. */
export function showActivity(coder: Coder, row: u32, scale: i32): void {
  const address = coder.activity + 4 * row;
  const activity = load<i32>(address);
  const above = row ? load<i32>(address - 4) : activity;
  const scaleClass = max(0, min(23, (scale - 24) >> 2));
  show(coder, 2, ACTIVITIES_AT + 24 * min(23, magnitudeClass(activity + above)) + scaleClass);
}

/** A row's activity, of 64, follows the magnitudes of its residuals. */
export function follow(coder: Coder, row: u32, residual: i32): void {
  const address = coder.activity + 4 * row;
  const activity = load<i32>(address);
  store<i32>(address, activity + ((64 * min(63, abs(residual)) - activity) >> 3));
}

/** ⌊2·log₂(mean + 1)⌋, to within half a class. */
function magnitudeClass(mean: i32): i32 {
  const value = 2 * (mean + 1);
  const exponent = 31 - clz(value);
  return 2 * (exponent - 1) + ((value >> (exponent - 1)) & 1);
}

/** One of up to 16 × 16 squares of the plane. */
export function showPlace(coder: Coder, row: u32, x: u32): void {
  const shift = coder.placeShift;
  show(coder, 3, PLACES_AT + 16 * ((coder.firstRow + row) >> shift) + (x >> shift));
}

/** Magnitudes around the latent, for decisions on its magnitude. */
// @ts-ignore: decorator
@inline
export function showMagnitudes(coder: Coder, cell: usize, parent: i32): void {
  const above = cell - coder.stride;
  const west = abs<i32>(load<i16>(cell - 2)), north = abs<i32>(load<i16>(above));
  const northWest = abs<i32>(load<i16>(above - 2)), northEast = abs<i32>(load<i16>(above, 2));
  const pattern = 27 * min(west, 2) + 9 * min(north, 2) + 3 * min(northWest, 2) + min(northEast, 2);
  show(coder, 1, PATTERNS_AT + pattern);
  show(coder, 4, TRIPLES_AT + 25 * min(west, 4) + 5 * min(north, 4) + min(abs(parent), 4));
}

/** Signs and small values around the latent, for the decision on its residual's sign. */
// @ts-ignore: decorator
@inline
export function showSigns(coder: Coder, cell: usize, parent: i32): void {
  const above = cell - coder.stride;
  const west = <i32>load<i16>(cell - 2), north = <i32>load<i16>(above);
  const northWest = <i32>load<i16>(above - 2), northEast = <i32>load<i16>(above, 2);
  const pattern = 27 * clamped(west, 1) + 9 * clamped(north, 1) + 3 * clamped(northWest, 1) + clamped(northEast, 1);
  show(coder, 1, PATTERNS_AT + PATTERNS / 2 + pattern);
  const triple = 25 * clamped(west, 2) + 5 * clamped(north, 2) + clamped(parent, 2);
  show(coder, 4, TRIPLES_AT + TRIPLES / 2 + triple);
}
