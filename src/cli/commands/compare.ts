/** @file `loec compare`. */

import { setImmediate } from 'node:timers/promises';
import { butteraugli } from '../../bench/command-metric.ts';
import { inCommonKind } from '../../bench/kind.ts';
import type { Metric } from '../../bench/metric.ts';
import { parseMetrics } from '../../bench/metric-spec.ts';
import { LoecError, throwIfAborted } from '../../errors.ts';
import type { Raster, Size } from '../../image/raster.ts';
import { type Manual, PICTURES } from '../command.ts';
import { type CommonArguments, type Context, writeJson, writeStdout } from '../context.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { inputName } from '../input.ts';
import { LIMIT_OPTIONS, type LimitArguments, limitsOf } from '../options.ts';
import { readAnyPicture } from '../picture-file.ts';
import { printable } from '../printable.ts';
import { reportError, runInputs } from '../run-inputs.ts';

type CompareArguments = CommonArguments & LimitArguments & { readonly inputs: readonly string[] };

const METRICS: readonly Metric[] = [...parseMetrics('psnr,ssimulacra2,ms-ssim,ms-ssim-rgb'), butteraugli];

/** How each of them is printed: as many digits as differences that can be seen need. */
const FIGURES: Readonly<Record<string, { readonly label: string; readonly digits: number }>> = {
  psnr: { label: 'PSNR, dB', digits: 2 },
  ssimulacra2: { label: 'SSIMULACRA2', digits: 2 },
  'ms-ssim': { label: 'MS-SSIM of luma', digits: 5 },
  'ms-ssim-rgb': { label: 'MS-SSIM of colour', digits: 5 },
  butteraugli: { label: 'Butteraugli 3-norm', digits: 3 },
};

interface Scores {
  /** By metric; Infinity is the PSNR of equal pictures. */
  readonly scores: Readonly<Record<string, number>>;
  /** Why others are missing, by metric. */
  readonly missing: Readonly<Record<string, string>>;
}

interface Comparison extends Scores, Size {
  readonly reference: string;
  readonly file: string;
  /** Size of the file. */
  readonly bytes: number;
  readonly bpp: number;
}

export const manual: Manual = {
  synopsis: '<original> <others..> [options]',
  description:
    'Tells how far pictures are from an original: PSNR, SSIMULACRA2, MS-SSIM, and Butteraugli where butteraugli_main is installed.',
  inputs: {
    describe: 'the original, then what is compared with it: .loe files and pictures',
    extensions: ['loe', ...PICTURES],
  },
  options: LIMIT_OPTIONS,
  examples: [
    ['compare photo.png photo.loe', 'how good the file is'],
    ['compare photo.png photo.loe photo.avif photo.jpg', 'several files beside each other'],
    ['compare photo.png *.loe --json', 'the same for programs, one line per file'],
  ],
};

/**
 * @returns the exit code
 * @throws LoecError E_USAGE
 */
export async function run(context: Context, args: CompareArguments): Promise<number> {
  const [reference = '', ...others] = args.inputs;
  if (others.length === 0) {
    throw new LoecError(
      'E_USAGE',
      `expected an original and pictures to compare with it, found ${reference} alone`,
    );
  }
  let original: Raster;
  try {
    original = (await readAnyPicture(context, reference, limitsOf(args))).raster;
  } catch (error) {
    reportError(context, error, args.verbose, inputName(reference));
    return exitCodeOf(error, context.signal);
  }
  const jobs = others.map((input) => ({ input }));
  return runInputs(context, args, jobs, async ({ input }) => {
    const { raster, bytes } = await readAnyPicture(context, input, limitsOf(args));
    checkSize(raster, original, reference);
    const { width, height } = raster;
    const size = { width, height, bytes, bpp: (8 * bytes) / (width * height) };
    const scores = await scoresOf(original, raster, context.signal);
    const comparison = { reference, file: input, ...size, ...scores };
    if (args.json) await writeJson(context, { type: 'compare', ...comparison });
    else await writeStdout(context, describe(comparison));
  });
}

function checkSize({ width, height }: Size, original: Size, reference: string): void {
  if (width === original.width && height === original.height) return;
  const expected = `${original.width}x${original.height} pixels as in ${inputName(reference)}`;
  const message = `expected ${expected}, found ${width}x${height}: bring both to one size first`;
  throw new LoecError('E_INPUT', message);
}

async function scoresOf(original: Raster, decoded: Raster, signal: AbortSignal): Promise<Scores> {
  const [a, b] = inCommonKind(original, decoded);
  const scores: Record<string, number> = {};
  const missing: Record<string, string> = {};
  for (const { id, score } of METRICS) {
    // A measure takes up to a second for four megapixels: Ctrl-C is heard between two of them.
    await setImmediate();
    throwIfAborted(signal);
    try {
      scores[id] = await score(a, b, signal);
    } catch (error) {
      if (!(error instanceof LoecError) || error.code !== 'E_ENGINE') throw error;
      missing[id] = error.message;
    }
  }
  return { scores, missing };
}

function describe({ reference, file, width, height, bytes, bpp, scores, missing }: Comparison): string {
  const lines = [
    `${inputName(file)} against ${inputName(reference)}, ${width}x${height}`,
    `  ${bytes} bytes, ${bpp.toFixed(4)} bpp`,
    ...Object.entries(FIGURES).map(([id, { label, digits }]) => {
      const score = scores[id];
      const figure = score === undefined ? `not measured: ${missing[id]}` : figureText(score, digits);
      return `  ${label.padEnd(20)}${figure}`;
    }),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function figureText(score: number, digits: number): string {
  return score === Number.POSITIVE_INFINITY ? 'infinite: the pictures are equal' : score.toFixed(digits);
}
