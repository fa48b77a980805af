/** @file The measures that a bench scores decoded pictures by: our own, and any command that prints a number. */

import { join } from 'node:path';
import { LoecError, optionError } from '../errors.ts';
import type { Raster } from '../image/raster.ts';
import { msSsim } from '../metrics/ms-ssim.ts';
import { psnr } from '../metrics/psnr.ts';
import { ssim } from '../metrics/ssim.ts';
import { writePicture } from './pictures.ts';
import { commandWords, runCommand } from './run-command.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

export interface Metric {
  /** As in `--metric`: for example `ms-ssim`. */
  readonly id: string;
  readonly score: (reference: Raster, decoded: Raster, signal: AbortSignal | undefined) => Promise<number>;
}

const OWN: readonly Metric[] = [
  { id: 'psnr', score: async (a, b) => psnr(a, b) },
  { id: 'ssim', score: async (a, b) => ssim(a, b) },
  { id: 'ms-ssim', score: async (a, b) => msSsim(a, b) },
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
    throw optionError('--metric', `${names} or NAME=CMD`, piece || 'nothing');
  });
  return metrics.filter(({ id }, i) => metrics.findIndex((metric) => metric.id === id) === i);
}

function commandMetric(id: string, command: string): Metric {
  return {
    id,
    score: (reference, decoded, signal) =>
      inTemporaryFolder(async (folder) => {
        const paths = [join(folder, 'reference.png'), join(folder, 'decoded.png')] as const;
        await writePicture(paths[0], reference);
        await writePicture(paths[1], decoded);
        return lastNumber(id, await runCommand([...commandWords(command), ...paths], signal));
      }),
  };
}

function lastNumber(id: string, output: string): number {
  const numbers = output.match(/[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/gi);
  if (!numbers) throw new LoecError('E_ENGINE', `the metric ${id} printed no number`);
  return Number(numbers.at(-1));
}
