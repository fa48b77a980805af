/** @file The three luminances that cut a picture into four classes. */

export type Thresholds = readonly [number, number, number];
export const THRESHOLD_METHODS = ['multi-otsu', 'equal-bin'] as const;
export type ThresholdMethod = (typeof THRESHOLD_METHODS)[number];

const LUMINANCES = 256;

/** Pixels per luminance. */
export function histogramOf(luma: Uint8Array): Float64Array {
  const histogram = new Float64Array(LUMINANCES);
  for (const luminance of luma) histogram[luminance] = (histogram[luminance] as number) + 1;
  return histogram;
}

export function thresholdsOf(luma: Uint8Array, method: ThresholdMethod): Thresholds {
  const histogram = histogramOf(luma);
  return method === 'multi-otsu' ? multiOtsu(histogram) : equalBins(histogram);
}

/**
 * Multi-level Otsu thresholds by look-up tables (Liao, Chen, Chung 2001, "A fast algorithm for multilevel thresholding"):
 * the between-class variance is, up to a constant, the sum over the classes u … v of H(u, v) = S(u, v)²/P(u, v), P the
 * pixels and S the summed luminance, and H of all classes is tabulated once. A class holds luminances above its lower
 * threshold and up to its upper one. The first of equal maxima is taken, so a flat picture has thresholds too.
 */
export function multiOtsu(histogram: Float64Array): Thresholds {
  const table = classTable(histogram);
  const score = (u: number, v: number): number => table[u * LUMINANCES + v] as number;
  let best: Thresholds = [0, 1, 2];
  let bestScore = -1;
  for (let a = 0; a < LUMINANCES - 3; a++) {
    for (let b = a + 1; b < LUMINANCES - 2; b++) {
      const lower = score(0, a) + score(a + 1, b);
      for (let c = b + 1; c < LUMINANCES - 1; c++) {
        const sum = lower + score(b + 1, c) + score(c + 1, LUMINANCES - 1);
        if (sum > bestScore) {
          bestScore = sum;
          best = [a, b, c];
        }
      }
    }
  }
  return best;
}

/** H(u, v) for u ≤ v, [u][v]; 0 for empty classes. */
function classTable(histogram: Float64Array): Float64Array {
  const table = new Float64Array(LUMINANCES * LUMINANCES);
  for (let u = 0; u < LUMINANCES; u++) {
    let pixels = 0;
    let luminance = 0;
    for (let v = u; v < LUMINANCES; v++) {
      pixels += histogram[v] as number;
      luminance += v * (histogram[v] as number);
      table[u * LUMINANCES + v] = pixels > 0 ? (luminance * luminance) / pixels : 0;
    }
  }
  return table;
}

/** Quantiles: the least luminance with at least a quarter, a half and three quarters of the pixels up to it. */
export function equalBins(histogram: Float64Array): Thresholds {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  const quantile = (share: number): number => {
    let seen = 0;
    return histogram.findIndex((count) => {
      seen += count;
      return seen >= share * total;
    });
  };
  return [quantile(1 / 4), quantile(1 / 2), quantile(3 / 4)];
}
