/** @file Mean curves as JSON in the shape of CompressAI's results, which its plotting tools read. */

import { meanCurve, type Summary } from '../summary.ts';

interface CompressAiResult {
  readonly name: string;
  readonly description: string;
  readonly results: Readonly<Record<string, readonly number[]>>;
}

/** One result per codec; its arrays run by rising rate. Metrics are on their scales: SSIM, MS-SSIM and distances in dB. */
export function toCompressAi(summary: Summary): CompressAiResult[] {
  return summary.codecs.map((codec) => {
    const curves = summary.metrics.map((metric) => [metric, meanCurve(summary, codec, metric)] as const);
    const rates = curves[0]?.[1].map(({ bpp }) => bpp) ?? [];
    const qualities = curves.map(([metric, points]) => [
      nameOf(metric),
      points.map(({ quality }) => quality),
    ]);
    const version = summary.rows.find((row) => row.codec === codec)?.version ?? 'failed';
    return {
      name: codec,
      description: `${version}; means over ${summary.matched.length} pictures`,
      results: { bpp: rates, ...Object.fromEntries(qualities) },
    };
  });
}

/** CompressAI's names of the measures that it has too: PSNR and, of the same name here, MS-SSIM of colour. */
function nameOf(metric: string): string {
  return metric === 'psnr' ? 'psnr-rgb' : metric;
}
