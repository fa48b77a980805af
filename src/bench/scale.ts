/** @file Scales on which equal steps of a metric look equal, for plots and BD-rates. More is better on all of them. */

interface Scale {
  /** Of an axis or a column. */
  readonly label: string;
  /** Of a difference; '' for points that have no unit. */
  readonly unit: 'dB' | '';
  readonly qualityOf: (score: number) => number;
}

/** Metrics that are 0 for equal pictures and grow with the error, by the first word of their names. */
const DISTANCES: readonly string[] = ['butteraugli', 'dists', 'dssim', 'lpips', 'mse'];

/** `PSNR 31.02 dB` @param quality on the metric's scale; null where it has no figure, as for equal pictures */
export function qualityText(metric: string, quality: number | null): string {
  const { label, unit } = scaleOf(metric);
  return `${label.replace(/, dB$/, '')} ${quality === null ? '∞' : quality.toFixed(2)} ${unit}`.trimEnd();
}

/**
 * The scale of a metric of that name. PSNR, SSIMULACRA2 and unknown metrics are taken as they are. Of distances the ratio is
 * what shows: from 1 to 2 is as far as from 2 to 4, and a mean over a curve would otherwise be ruled by its worst end. So they
 * stand as decibels, and so do SSIM and its kin x, by their distance 1 − x.
 */
export function scaleOf(metric: string): Scale {
  const [word = ''] = metric.split('-');
  if (DISTANCES.includes(word)) {
    return {
      label: `−10·log₁₀ ${metric}, dB`,
      unit: 'dB',
      qualityOf: (distance) => -10 * Math.log10(distance),
    };
  }
  const name = metric.toUpperCase();
  if (/ssim(-rgb)?$/.test(metric)) {
    return { label: `${name}, dB`, unit: 'dB', qualityOf: (score) => -10 * Math.log10(1 - score) };
  }
  const asItIs = (score: number): number => score;
  if (metric === 'psnr') return { label: `${name}, dB`, unit: 'dB', qualityOf: asItIs };
  return { label: metric === 'ssimulacra2' ? name : metric, unit: '', qualityOf: asItIs };
}
