/** @file What a picture is, known from the first bytes of its file. */

import type { Size } from '../../image/raster.ts';

/** The colour spaces that a canvas has. */
export type CanvasColorSpace = 'srgb' | 'display-p3';

export const CANVAS_COLOR_SPACES: readonly CanvasColorSpace[] = ['srgb', 'display-p3'];

/** What a picture is, known from the first bytes of its file. */
export interface PictureHead extends Size {
  /** The smaller of the two colour spaces that holds its colours; `srgb` where the browser has no other. */
  readonly colorSpace: CanvasColorSpace;
}
