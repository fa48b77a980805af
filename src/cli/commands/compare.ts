/** @file `loec compare`. */

import { inCommonKind } from '../../bench/kind.ts';
import { LoecError, optionError } from '../../errors.ts';
import { READ_EXTENSIONS } from '../../image/extensions.ts';
import { writePng } from '../../image/png/write.ts';
import type { Raster, Size } from '../../image/raster.ts';
import { integer, path } from '../../parsers.ts';
import { inGroup, LIMIT_OPTIONS, type LimitArguments, limitsOf } from '../arguments/options.ts';
import { reportError } from '../batch/failures.ts';
import { runInputs } from '../batch/run-inputs.ts';
import type { Manual } from '../command.ts';
import { drawDifference } from '../compare/difference.ts';
import { type Scores, Scoring } from '../compare/scoring.ts';
import { type CommonArguments, type Context, writeJson, writeStdout } from '../context.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { checkDestination, type Destination } from '../files/destinations.ts';
import { inputName } from '../files/input.ts';
import { identifyInputs, statInputs } from '../files/input-stats.ts';
import { writeOutput } from '../files/output.ts';
import { readAnyPicture } from '../files/picture-file.ts';
import { printable } from '../terminal/printable.ts';

interface CompareArguments extends CommonArguments, LimitArguments {
  readonly inputs: readonly string[];
  readonly difference?: string;
  readonly amplify?: number;
  readonly force: boolean;
}

/** How each measure is printed: as many digits as differences that can be seen need. */
const FIGURES: Readonly<Record<string, { readonly label: string; readonly digits: number }>> = {
  psnr: { label: 'PSNR, dB', digits: 2 },
  ssimulacra2: { label: 'SSIMULACRA2', digits: 2 },
  'ms-ssim': { label: 'MS-SSIM of luma', digits: 5 },
  'ms-ssim-rgb': { label: 'MS-SSIM of colour', digits: 5 },
  butteraugli: { label: 'Butteraugli 3-norm', digits: 3 },
};

/** The picture of it that was written. */
interface WrittenDifference {
  readonly output: string;
  readonly amplification: number;
  /** In levels of 255. */
  readonly largest: number;
}

interface Comparison extends Scores, Size {
  readonly reference: string;
  readonly file: string;
  /** Size of the file. */
  readonly bytes: number;
  readonly bpp: number;
  readonly difference?: WrittenDifference;
}

export const manual: Manual = {
  synopsis: '<original> <others..> [options]',
  description:
    'Tells how far pictures are from an original: PSNR, SSIMULACRA2, MS-SSIM, and Butteraugli where butteraugli_main is installed.',
  inputs: {
    describe: 'the original, then what is compared with it: .loe files and pictures',
    extensions: ['loe', ...READ_EXTENSIONS],
  },
  options: {
    ...inGroup('Output:', {
      difference: { describe: 'a PNG to write, of where the two differ', parser: path, terse: true },
      amplify: {
        describe: 'what differences are multiplied by in that PNG',
        parser: integer(1, 256),
        byDefault: 'what lets nearly all be seen',
      },
      force: { describe: 'replace an existing PNG', flag: 'off' },
    }),
    ...LIMIT_OPTIONS,
  },
  examples: [
    ['compare photo.png photo.loe', 'how good the file is'],
    ['compare photo.png photo.loe photo.avif photo.jpg', 'several files beside each other'],
    ['compare photo.png photo.loe --difference x.png', 'where the file differs'],
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
      `expected an original and pictures to compare with it, found ${reference} alone; as in loec compare photo.png photo.loe`,
    );
  }
  const jobs = others.map((input) => ({ input }));
  const destination = await checkDifference(context, args);
  let original: Raster;
  try {
    original = (await readAnyPicture(context, reference, limitsOf(args))).raster;
  } catch (error) {
    reportError(context, error, args.verbose, inputName(reference));
    return exitCodeOf(error, context.signal);
  }
  const scoring = new Scoring();
  try {
    return await runInputs(context, args, jobs, async ({ input }) => {
      const { raster, bytes } = await readAnyPicture(context, input, limitsOf(args));
      checkSize(raster, original, reference);
      const { width, height } = raster;
      const size = { width, height, bytes, bpp: (8 * bytes) / (width * height) };
      const [a, b] = inCommonKind(original, raster);
      const scores = await scoring.score({ a, b }, context.signal);
      const difference = destination && (await writeDifference(context, args, destination, a, b));
      const comparison = { reference, file: input, ...size, ...scores, ...(difference && { difference }) };
      if (args.json) await writeJson(context, { type: 'compare', ...comparison });
      else await writeStdout(context, describe(comparison));
    });
  } finally {
    await scoring.end();
  }
}

/** @throws LoecError E_USAGE, and as checkDestination, before any work */
async function checkDifference(
  { stdin }: Context,
  { inputs, difference, force }: CompareArguments,
): Promise<Destination | undefined> {
  if (difference === undefined) return undefined;
  if (inputs.length > 2) {
    const message = `--difference is of two pictures, found ${inputs.length}: compare one with the original at a time`;
    throw new LoecError('E_USAGE', message);
  }
  if (!/\.png$/i.test(difference)) throw optionError('--difference', 'a name in .png', difference);
  const stats = await statInputs(
    stdin,
    inputs.map((input) => ({ input })),
  );
  return checkDestination({ output: difference }, { outDir: undefined, force }, identifyInputs(stats));
}

async function writeDifference(
  context: Context,
  { amplify }: CompareArguments,
  destination: Destination,
  a: Raster,
  b: Raster,
): Promise<WrittenDifference> {
  const { picture, amplification, largest } = drawDifference(a, b, amplify);
  await writeOutput(context, destination, writePng(picture));
  return { output: destination.name, amplification, largest: 255 * largest };
}

function checkSize({ width, height }: Size, original: Size, reference: string): void {
  if (width === original.width && height === original.height) return;
  const expected = `${original.width}x${original.height} pixels as in ${inputName(reference)}`;
  const message = `expected ${expected}, found ${width}x${height}: bring both to one size first`;
  throw new LoecError('E_INPUT', message);
}

function describe(comparison: Comparison): string {
  const { reference, file, width, height, bytes, bpp, scores, missing, difference } = comparison;
  const lines = [
    `${inputName(file)} against ${inputName(reference)}, ${width}x${height}`,
    `  ${bytes} bytes, ${bpp.toFixed(4)} bpp`,
    ...Object.entries(FIGURES).map(([id, { label, digits }]) => {
      const score = scores[id];
      const figure = score === undefined ? `not measured: ${missing[id]}` : figureText(score, digits);
      return `  ${label.padEnd(20)}${figure}`;
    }),
    ...(difference ? [describeDifference(difference)] : []),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function describeDifference({ output, amplification, largest }: WrittenDifference): string {
  // Of pictures of 16 bits fractions count too.
  const levels = `${Number(largest.toFixed(2))} of 255 levels`;
  return `  ${'largest difference'.padEnd(20)}${levels}; ${output} shows where, ${amplification} times amplified`;
}

function figureText(score: number, digits: number): string {
  return score === Number.POSITIVE_INFINITY ? 'infinite: the pictures are equal' : score.toFixed(digits);
}
