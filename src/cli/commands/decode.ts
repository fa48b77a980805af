/** @file `loec decode`. */

import { extname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { Argv } from 'yargs';
import { LoecError } from '../../errors.ts';
import { loadSharp } from '../../image/foreign/sharp.ts';
import {
  FOREIGN_EXTENSIONS,
  type ForeignFormat,
  foreignFormatOf,
  foreignLosses,
  withBitsOf,
  writeForeign,
} from '../../image/foreign/write.ts';
import { writePng } from '../../image/png/write.ts';
import { cropRectangle, inRange, integer, number, oneOf } from '../../parsers.ts';
import { DECODE_ENGINES, MAX_SCALE, MIN_SCALE } from '../../render/options.ts';
import {
  type BandedPicture,
  DECODE_RANGES,
  decodeBands,
  type ThreadedDecodeOptions,
} from '../../threaded-decode.ts';
import { untilAborted } from '../../until-aborted.ts';
import { type CommonArguments, type Context, say, writeJson } from '../context.ts';
import { checkDestination, type Destination, identifyInputs } from '../destinations.ts';
import { inputName, readInput } from '../input.ts';
import { type Job, type Naming, type OutputArguments, planJobs } from '../jobs.ts';
import {
  addLimitOptions,
  addOptions,
  addOutputOptions,
  givenOptions,
  inGroup,
  type LimitArguments,
  limitsOf,
} from '../options.ts';
import { checkOrigin, withOrigin } from '../origin.ts';
import { writeOutput } from '../output.ts';
import { createProgress, formatSeconds } from '../progress.ts';
import { runInputs } from '../run-inputs.ts';

type DecodeArguments = CommonArguments &
  OutputArguments &
  LimitArguments &
  Pick<ThreadedDecodeOptions, 'scale' | 'width' | 'height' | 'crop' | 'engine' | 'threads'> & {
    readonly preview: boolean;
  };

/** PNG has 31 bits for a side. */
const SIDE = integer(1, 2 ** 31 - 1);

/** What goes to the API as it is. */
const DECODER_OPTIONS = {
  ...inGroup('Resolution:', {
    scale: {
      describe: "output size over the picture's own",
      parser: number(MIN_SCALE, MAX_SCALE),
      byDefault: '1',
    },
    width: { describe: 'output width in pixels; the height follows', parser: SIDE, terse: true },
    height: { describe: 'output height in pixels; the width follows', parser: SIDE, terse: true },
    crop: { describe: 'only this part', parser: cropRectangle },
  }),
  ...inGroup('Work:', {
    engine: {
      describe: 'what computes; webgpu is a GPU, whose samples may be off by one',
      parser: oneOf(DECODE_ENGINES),
      byDefault: 'wasm',
    },
    threads: {
      describe: 'threads for large pictures; pixels do not depend on them',
      parser: inRange(DECODE_RANGES.threads),
      byDefault: 'all cores',
    },
  }),
};

const NAMING: Naming = {
  extension: '.png',
  isOutput: (name) => !/^(\.loe)?$/i.test(extname(name)),
  check: (name) => {
    if (isWritable(name)) return;
    const names = `.png, and by way of sharp ${FOREIGN_EXTENSIONS.join(', ')}`;
    throw new LoecError('E_USAGE', `${name}: decode can't write this format; it writes ${names}`);
  },
};

function isWritable(name: string): boolean {
  return /^(\.png)?$/i.test(extname(name)) || foreignFormatOf(extname(name)) !== undefined;
}

export function options(yargs: Argv): Argv {
  yargs
    .usage(
      '$0 decode <inputs..> [options]\n\nWrites each file as a picture, PNG unless -o names another format, at any resolution.',
    )
    .positional('inputs', { describe: '.loe files; - is stdin' })
    .example('$0 decode photo.loe', 'writes photo.png beside it')
    .example('$0 decode photo.loe big.png --scale 2', 'at twice the resolution; the same as -o big.png')
    .example('$0 decode photo.loe -o photo.jpg', 'also .webp, .avif and .tiff, by way of sharp')
    .example('$0 decode photo.loe --crop 0,0,64,64', 'only the top left corner')
    .example('$0 decode photo.loe --width 320 -o - | display', 'a thumbnail to another program')
    .epilogue(
      'A picture that was not decoded from the same file is replaced only where -o names it: --force alone keeps the photograph beside its .loe file.',
    );
  addOptions(yargs, DECODER_OPTIONS).option('preview', {
    type: 'boolean',
    default: false,
    group: 'Resolution:',
    describe: 'an eighth of the size, at once: colours and contrast are not yet right',
  });
  return addLimitOptions(addOutputOptions(yargs));
}

/**
 * @returns the exit code
 * @throws LoecError E_USAGE where the command line as a whole is wrong
 */
export async function run(context: Context, args: DecodeArguments): Promise<number> {
  if (args.preview && [args.scale, args.width, args.height, args.crop].some((given) => given !== undefined)) {
    throw new LoecError(
      'E_USAGE',
      '--preview excludes --scale, --width, --height and --crop: give one of them',
    );
  }
  if (args.scale !== undefined && (args.width ?? args.height) !== undefined) {
    throw new LoecError('E_USAGE', '--scale and --width/--height exclude each other: give one');
  }
  const naming = args.preview ? { ...NAMING, extension: '.preview.png' } : NAMING;
  const jobs = await planJobs(context, args, naming);
  const inputs = await identifyInputs(context.stdin, jobs);
  return runInputs(context, args, jobs, async (job) => {
    const started = performance.now();
    const format = foreignFormatOf(extname(job.output));
    if (format) await loadSharp();
    const destination = await checkDestination(job, args, inputs);
    const picture = await decodeWithProgress(context, args, job, destination, format);
    await report(context, args, job, picture, format, (performance.now() - started) / 1000);
  });
}

async function decodeWithProgress(
  context: Context,
  args: DecodeArguments,
  { input, isNamed }: Job,
  destination: Destination,
  format: ForeignFormat | undefined,
): Promise<BandedPicture> {
  const limits = limitsOf(args);
  const file = await readInput(context, input, limits);
  if (!isNamed) await checkOrigin(destination, file);
  const { update, end } = createProgress(context, args.quiet, inputName(input));
  const picture = await decodeBands(file, {
    ...givenOptions(DECODER_OPTIONS, args),
    preview: args.preview,
    limits,
    signal: context.signal,
    onProgress: (done) => update({ phase: 'decode', done }),
  });
  try {
    await writePicture(context, destination, picture, format, file);
  } finally {
    end();
  }
  return picture;
}

/** A PNG's rows go to the output as they are evaluated, so that memory does not grow with the picture. */
async function writePicture(
  context: Context,
  destination: Destination,
  picture: BandedPicture,
  format: ForeignFormat | undefined,
  file: Uint8Array,
): Promise<void> {
  if (!format) return writeOutput(context, destination, withOrigin(writePng(picture), file));
  const rounded = withBitsOf(format, picture);
  const png = await buffer(writePng(rounded));
  const written = await untilAborted(context.signal, writeForeign(png, rounded, format));
  await writeOutput(context, destination, [written]);
}

async function report(
  context: Context,
  args: DecodeArguments,
  { input, output }: Job,
  picture: BandedPicture,
  format: ForeignFormat | undefined,
  seconds: number,
): Promise<void> {
  const { width, height } = picture;
  const notes = format ? foreignLosses(picture, format) : [];
  for (const note of notes) say(context, args, `${inputName(input)}: ${note}`);
  if (args.json) await writeJson(context, { type: 'decode', input, output, width, height, seconds, notes });
  say(context, args, `${input} -> ${output}  ${width}x${height}  in ${formatSeconds(seconds)}`);
}
