/** @file The measures that a bench scores decoded pictures by: our own, and any command that prints a number. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LoecError } from '../errors.ts';
import type { Raster } from '../image/raster.ts';
import { msSsim } from '../metrics/ms-ssim.ts';
import { psnr } from '../metrics/psnr.ts';
import { ssim } from '../metrics/ssim.ts';
import { writePicture } from './pictures.ts';
import { commandWords, runCommand } from './run-command.ts';

export interface Metric {
  /** As in `--metric`: for example `ms-ssim`. */
  readonly id: string;
  /** For axes: for example `PSNR, dB`. */
  readonly label: string;
  readonly score: (reference: Raster, decoded: Raster, signal: AbortSignal | undefined) => Promise<number>;
}

const OWN: readonly Metric[] = [
  { id: 'psnr', label: 'PSNR, dB', score: async (a, b) => psnr(a, b) },
  { id: 'ssim', label: 'SSIM', score: async (a, b) => ssim(a, b) },
  { id: 'ms-ssim', label: 'MS-SSIM', score: async (a, b) => msSsim(a, b) },
];

/**
 * The metrics of `psnr,ssim,NAME=CMD`. CMD is called with the paths of two PNG pictures, the original and the decoded one;
 * the last number that it prints is the score.
 * @throws LoecError E_USAGE
 */
export function parseMetrics(text: string): Metric[] {
  const metrics = text.split(',').map((piece) => {
    const [id = '', ...command] = piece.split('=');
    if (command.length > 0 && id !== '') return commandMetric(id, command.join('='));
    const own = OWN.find((metric) => metric.id === piece);
    if (own) return own;
    const names = OWN.map((metric) => metric.id).join(', ');
    throw new LoecError(
      'E_USAGE',
      `expected ${names} or NAME=CMD for --metric, received ${piece || 'nothing'}`,
    );
  });
  return metrics.filter(({ id }, i) => metrics.findIndex((metric) => metric.id === id) === i);
}

function commandMetric(id: string, command: string): Metric {
  return {
    id,
    label: id,
    score: async (reference, decoded, signal) => {
      const folder = await mkdtemp(join(tmpdir(), 'loec-metric-'));
      try {
        const paths = [join(folder, 'reference.png'), join(folder, 'decoded.png')] as const;
        await writePicture(paths[0], reference);
        await writePicture(paths[1], decoded);
        return lastNumber(id, await runCommand([...commandWords(command), ...paths], signal));
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

function lastNumber(id: string, output: string): number {
  const numbers = output.match(/[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/gi);
  if (!numbers) throw new LoecError('E_ENGINE', `the metric ${id} printed no number`);
  return Number(numbers.at(-1));
}
