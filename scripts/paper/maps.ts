/** @file Error maps as in the paper's figures 2 to 4: |difference| of each colour, over the largest one of all systems. */

import type { Raster } from '../../src/image/raster.ts';

/** The largest difference of a sample. */
export function largestError(original: Raster, decoded: Raster): number {
  let largest = 0;
  for (const [i, value] of original.data.entries()) {
    largest = Math.max(largest, Math.abs(value - (decoded.data[i] as number)));
  }
  return largest;
}

/** @param largest difference that is drawn as white */
export function errorMap(original: Raster, decoded: Raster, largest: number): Raster {
  const data = Uint8Array.from(original.data, (value, i) =>
    Math.round((255 * Math.abs(value - (decoded.data[i] as number))) / Math.max(1, largest)),
  );
  return { ...original, data };
}
