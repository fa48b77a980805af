/** @file Error maps as in the paper's figures 2 to 4: |difference| of each colour, on one scale for all systems. */

import { peakOf, type Raster } from '../../src/image/raster.ts';

/** Share of the samples whose error is drawn in full; larger ones are white. A few of the largest would leave all others black. */
const DRAWN = 0.999;

/** The difference that is drawn as white: what all but a thousandth of the samples of all decoded pictures stay within. */
export function errorScale(original: Raster, decoded: readonly Raster[]): number {
  const counts = new Float64Array(peakOf(original.depth) + 1);
  for (const { data } of decoded) {
    for (const [i, value] of data.entries()) {
      const error = Math.abs(value - (original.data[i] as number));
      counts[error] = (counts[error] as number) + 1;
    }
  }
  let left = DRAWN * decoded.length * original.data.length;
  const scale = counts.findIndex((count) => {
    left -= count;
    return left <= 0;
  });
  return Math.max(1, scale);
}

/** @param scale difference that is drawn as white */
export function errorMap(original: Raster, decoded: Raster, scale: number): Raster {
  const data = Uint8Array.from(original.data, (value, i) =>
    Math.min(255, Math.round((255 * Math.abs(value - (decoded.data[i] as number))) / scale)),
  );
  return { ...original, depth: 8, data };
}
