/** @file From samples to pixels, as what converts colours and what does not both do it. */

import type { Picture } from '../../image/raster.ts';

/** Fills pixels, RGBA of 8 bits, of the samples of the same places: from one pixel up to another. */
export type Converter = (
  samples: Picture['data'],
  pixels: Uint8ClampedArray<ArrayBuffer>,
  from: number,
  to: number,
) => void;
