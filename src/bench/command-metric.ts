/** @file Metrics that programs of others compute. */

import { basename, join } from 'node:path';
import { LoecError } from '../errors.ts';
import type { Raster, Size } from '../image/raster.ts';
import type { Metric } from './metric.ts';
import { type Need, program, remedyOf } from './needs.ts';
import { writePicture } from './pictures.ts';
import { commandWords, runCommand } from './run-command.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** Butteraugli of libjxl. */
const BUTTERAUGLI = 'butteraugli_main';

/** Below this side it says 0 of any two pictures. */
const BUTTERAUGLI_LEAST_SIDE = 8;

/** The 3-norm over all places, which follows people better than the worst place alone does. */
export const butteraugli: Metric = commandMetric('butteraugli', `${BUTTERAUGLI} --pnorm 3`);

/**
 * A command that is called with the paths of two PNG pictures, the original and the decoded one; the last number that it
 * prints is the score.
 */
export function commandMetric(id: string, command: string): Metric {
  return {
    id,
    specification: `${id}=${command}`,
    needs: [needOf(commandWords(command))],
    score: (reference, decoded, signal) =>
      inTemporaryFolder(async (folder) => {
        const words = commandWords(command);
        checkSize(words, reference);
        const paths = [join(folder, 'reference.png'), join(folder, 'decoded.png')] as const;
        await writePicture(paths[0], displayedAs(reference, reference));
        await writePicture(paths[1], displayedAs(decoded, reference));
        return lastNumber(id, await run(words, paths, signal));
      }),
  };
}

function needOf(words: readonly string[]): Need {
  return program(words[0] ?? '', isButteraugli(words) ? 'libjxl-devtools' : undefined);
}

/** @throws LoecError E_ENGINE where butteraugli_main measures nothing */
function checkSize(words: readonly string[], { width, height }: Size): void {
  if (!isButteraugli(words) || Math.min(width, height) >= BUTTERAUGLI_LEAST_SIDE) return;
  const sides = `expected sides of at least ${BUTTERAUGLI_LEAST_SIDE} pixels, found ${width}x${height}`;
  throw new LoecError('E_ENGINE', `${BUTTERAUGLI} measures no smaller pictures: ${sides}`);
}

function isButteraugli([own = '']: readonly string[]): boolean {
  return basename(own) === BUTTERAUGLI;
}

/**
 * A program that knows of colour profiles must not take a lost one for a change of all colours: samples are compared. Of sBIT it need not know:
 * libjxl takes samples for such of so few bits.
 */
function displayedAs(decoded: Raster, { colour }: Raster): Raster {
  return { ...decoded, colour: colour.filter(({ type }) => type !== 'sBIT') };
}

function run(
  words: readonly string[],
  pictures: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  if (!isButteraugli(words)) return runCommand([...words, ...pictures], signal);
  const [own = '', ...options] = words;
  // It takes what stands before its pictures for pictures.
  return runCommand([own, ...pictures, ...options], signal, remedyOf([needOf(words)]));
}

/** What programs print for figures, those that are none too: a digit before them, as in `3-norm: nan`, is not the score. */
const FIGURES = /[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?|[-+]?\b(nan|inf(inity)?)\b/gi;

function lastNumber(id: string, output: string): number {
  const text = output.match(FIGURES)?.at(-1);
  const value = Number(text?.replace(/inf.*/i, 'Infinity'));
  if (Number.isNaN(value)) throw new LoecError('E_ENGINE', `the metric ${id} printed no number`);
  return value;
}
