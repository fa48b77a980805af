/** @file EXIF's orientations: where the pixels of a stored picture belong in the upright one. */

import type { Size } from './raster.ts';

/** 1 is upright. From 5 on, rows of the stored picture are columns of the upright one. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/**
 * Whether axes are exchanged, and which of the upright picture's then run backward (EXIF 2.32, tag 274: "the 0th row is at the visual top,
 * the 0th column at the visual left", and so on).
 */
const AXES: Readonly<Record<Orientation, readonly [swapped: boolean, leftward: boolean, upward: boolean]>> = {
  1: [false, false, false],
  2: [false, true, false],
  3: [false, true, true],
  4: [false, false, true],
  5: [true, false, false],
  6: [true, true, false],
  7: [true, true, true],
  8: [true, false, true],
};

/** The upright picture, and where the stored pixel (x, y) lies in it: at `origin + x * xStep + y * yStep`. */
export interface Placement extends Size {
  /** Samples, as the steps are, which may be negative. */
  readonly origin: number;
  readonly xStep: number;
  readonly yStep: number;
}

export function swapsAxes(orientation: Orientation): boolean {
  return AXES[orientation][0];
}

/** @param stored size as stored */
export function placementOf(orientation: Orientation, stored: Size, channels: number): Placement {
  const [swapped, leftward, upward] = AXES[orientation];
  const [width, height] = swapped ? [stored.height, stored.width] : [stored.width, stored.height];
  const across = leftward ? -channels : channels;
  const down = upward ? -channels * width : channels * width;
  const origin = (leftward ? width - 1 : 0) * channels + (upward ? height - 1 : 0) * channels * width;
  const [xStep, yStep] = swapped ? [down, across] : [across, down];
  return { width, height, origin, xStep, yStep };
}
