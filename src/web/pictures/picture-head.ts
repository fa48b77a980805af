/** @file What a picture is, known from the first bytes of its file. */

import type { Size } from '../../image/raster.ts';
import type { CanvasColorSpace } from '../colours/canvas.ts';

/** What a picture is, known from the first bytes of its file. */
export interface PictureHead extends Size {
  /** The smaller of the two colour spaces that holds its colours; `srgb` where the browser has no other. */
  readonly colorSpace: CanvasColorSpace;
}
