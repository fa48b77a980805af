/** @file What `--metric` says, as measures of decoded pictures: our own, and any command that prints a number. */

import { optionError } from '../errors.ts';
import type { Raster } from '../image/raster.ts';
import { msSsim, msSsimRgb } from '../metrics/ms-ssim.ts';
import { psnr } from '../metrics/psnr.ts';
import { ssim } from '../metrics/ssim.ts';
import { ssimulacra2 } from '../metrics/ssimulacra2.ts';
import { commandMetric } from './command-metric.ts';
import type { Metric } from './metric.ts';

const OWN_METRICS: readonly Metric[] = [
  ownMetric('psnr', psnr),
  ownMetric('ssimulacra2', ssimulacra2),
  ownMetric('ms-ssim', msSsim),
  ownMetric('ms-ssim-rgb', msSsimRgb),
  ownMetric('ssim', ssim),
];

function ownMetric(id: string, score: (reference: Raster, decoded: Raster) => number): Metric {
  return { id, specification: id, needs: [], score: async (reference, decoded) => score(reference, decoded) };
}

/**
 * The metrics of `psnr,ssim,NAME=CMD`.
 * @throws LoecError E_USAGE
 */
export function parseMetrics(text: string): Metric[] {
  const metrics = text.split(',').map((piece) => {
    const [id = '', ...command] = piece.split('=');
    if (command.length > 0 && id !== '') return commandMetric(id, command.join('='));
    const own = OWN_METRICS.find((metric) => metric.id === piece);
    if (own) return own;
    const names = OWN_METRICS.map((metric) => metric.id).join(', ');
    throw optionError('--metric', `${names} or NAME=CMD`, piece || 'nothing');
  });
  return metrics.filter(({ id }, i) => metrics.findIndex((metric) => metric.id === id) === i);
}
