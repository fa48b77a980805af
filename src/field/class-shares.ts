/**
 * @file How much each class of a label map counts at positions. Between pixels of several classes all of these do, so that borders are as soft as
 * the picture is between its pixels; what is mixed is the field's outputs.
 */

import { commonLabel, indicatorRow, interpolateIndicators, type LabelMap, tapsOf } from './indicators.ts';
import { EXPERTS } from './spec.ts';

/**
 * The shares of the classes at every crossing of the columns `xs` and the rows `ys`: [ys, xs, classes], 0 … 1, those of a position summing to 1.
 * A pixel's own centre has all of its label.
 * @param xs in [−1, 1] @param ys likewise
 */
export function classShares(map: LabelMap, xs: Float64Array, ys: Float64Array): Float64Array {
  const shares = new Float64Array(EXPERTS * xs.length * ys.length);
  const indicators = new Float64Array(EXPERTS);
  const columns = tapsOf(xs, map.width);
  let first = 0;
  for (const y of ys) {
    const row = indicatorRow(map, columns, y);
    for (let i = 0; i < xs.length; i++) {
      const common = commonLabel(row, i);
      if (common >= 0) {
        shares[first + common] = 1;
      } else {
        interpolateIndicators(row, i, indicators);
        writeShares(indicators, shares, first);
      }
      first += EXPERTS;
    }
  }
  return shares;
}

/** Of indicators, which the kernel makes negative beyond a border, the shares at `first` …: without what is negative, as parts of their sum. */
function writeShares(indicators: Float64Array, shares: Float64Array, first: number): void {
  let sum = 0;
  for (let c = 0; c < EXPERTS; c++) sum += Math.max(0, indicators[c] as number);
  for (let c = 0; c < EXPERTS; c++) shares[first + c] = Math.max(0, indicators[c] as number) / sum;
}
