/** @file `loec encode`. */

import type { Argv } from 'yargs';
import { TUNES } from '../../distortion/tunes.ts';
import { type EncodeOptions, type EncodeResult, encode } from '../../encode.ts';
import { ENGINE_NAMES } from '../../engine/names.ts';
import { LoecError } from '../../errors.ts';
import { PRESET_NAMES } from '../../field/presets.ts';
import { THRESHOLD_METHODS } from '../../field/thresholds.ts';
import { RANGES } from '../../fit/options.ts';
import { ICC_MODES } from '../../image/icc/reduce-chunks.ts';
import { readPng } from '../../image/png/read.ts';
import type { Raster } from '../../image/raster.ts';
import { byteCount, inRange, oneOf } from '../../parsers.ts';
import { type CommonArguments, type Context, say, writeJson } from '../context.ts';
import { checkDestination, identifyInputs } from '../destinations.ts';
import { inputName } from '../input.ts';
import { type Job, type Naming, type OutputArguments, planJobs } from '../jobs.ts';
import {
  addLimitOptions,
  addOptions,
  addOutputOptions,
  givenOptions,
  inGroup,
  type LimitArguments,
  limitsOf,
  type OptionTable,
} from '../options.ts';
import { writeOutput } from '../output.ts';
import { readPictureFile } from '../picture-file.ts';
import { createProgress, formatSeconds } from '../progress.ts';
import { runInputs } from '../run-inputs.ts';

type EncodeArguments = CommonArguments &
  OutputArguments &
  LimitArguments &
  Omit<EncodeOptions, 'signal' | 'onProgress' | 'onNotice'> & {
    /** Whether pictures are turned as their EXIF says. */
    readonly orient: boolean;
  };

const TARGETS = inGroup('Target, at most one:', {
  quality: { alias: 'q', describe: 'how good', parser: inRange(RANGES.quality), byDefault: '50' },
  bpp: { describe: 'bits per pixel of the file', parser: inRange(RANGES.bpp) },
  size: { describe: 'size of the file', parser: byteCount },
  psnr: { describe: 'PSNR in dB of the decoded file', parser: inRange(RANGES.psnr) },
  ssimulacra2: {
    describe: 'SSIMULACRA2 of the decoded file: 90 looks lossless, 70 high, 50 medium',
    parser: inRange(RANGES.ssimulacra2),
  },
});

/** What goes to the API as it is. */
const ENCODER_OPTIONS: OptionTable = {
  ...TARGETS,
  ...inGroup('Fit:', {
    tune: {
      describe: 'what to lower: error as the eye sees it, or the squared error',
      parser: oneOf(TUNES),
      byDefault: 'visual, with --psnr and coordinate presets psnr',
    },
    effort: { describe: 'from a preview to patience', parser: inRange(RANGES.effort), byDefault: '5' },
    steps: { describe: 'training steps', parser: inRange(RANGES.steps), byDefault: "the effort's" },
    seed: { describe: 'of the random start', parser: inRange(RANGES.seed), byDefault: '1' },
    engine: { describe: 'what computes', parser: oneOf(['auto', ...ENGINE_NAMES]), byDefault: 'auto' },
    threads: {
      describe: 'threads on the CPU; the file does not depend on them',
      parser: inRange(RANGES.threads),
      byDefault: 'all cores',
    },
  }),
  ...inGroup('Field:', {
    preset: {
      describe: 'the system; flat keeps graphics without loss',
      parser: oneOf(PRESET_NAMES),
      byDefault: 'pyramid, or flat where that is hardly larger',
    },
    width: {
      describe: 'coordinate presets: width of the hidden layers',
      parser: inRange(RANGES.width),
      byDefault: 'what the target affords',
    },
    depth: {
      describe: 'coordinate presets: linear layers',
      parser: inRange(RANGES.depth),
      byDefault: "the preset's",
    },
    'segment-layer': {
      describe: 'loe, seg-loe: the layer that the segmentation selects',
      parser: inRange(RANGES.segmentLayer),
      byDefault: 'the last',
    },
    thresholds: {
      describe: 'loe, seg-loe, pyramid-seg: how classes are cut',
      parser: oneOf(THRESHOLD_METHODS),
      byDefault: 'multi-otsu',
    },
    weights: {
      describe: 'coordinate presets: how weights are stored',
      parser: oneOf(['quantized', 'float32']),
      byDefault: 'quantized',
    },
  }),
  ...inGroup('Output:', {
    metadata: { describe: 'EXIF, XMP and text to keep', parser: oneOf(['none', 'all']), byDefault: 'none' },
    icc: {
      describe: 'the smallest colour profile that gives the same colours, or the very bytes',
      parser: oneOf(ICC_MODES),
      byDefault: 'smallest',
    },
  }),
};

/** What is inside would not be what the name says. */
const PICTURE_NAME =
  /\.(a?png|jpe?g|jpe|jfif|webp|avif|hei[cf]|gif|tiff?|bmp|jxl|jp2|qoi|svg|pdf|psd|exr|p[bgnp]m)$/i;

const NAMING: Naming = {
  extension: '.loe',
  isOutput: (name) => /\.loe$/i.test(name),
  check: (name) => {
    if (!PICTURE_NAME.test(name)) return;
    throw new LoecError(
      'E_USAGE',
      `encode writes .loe files, and ${name} is the name of a picture; see --help`,
    );
  },
};

export function options(yargs: Argv): Argv {
  yargs
    .usage(
      '$0 encode <inputs..> [options]\n\nFits a field to each picture and writes it as a .loe file. Screenshots and other graphics of few colours are kept without loss where that is hardly larger than a fit.',
    )
    .positional('inputs', { describe: 'PNG pictures, others by way of sharp; - is stdin' })
    .example('$0 encode photo.png', 'writes photo.loe beside it')
    .example('$0 encode photo.png small.loe', 'the same as -o small.loe')
    .example('$0 encode photo.png --size 20k --effort 7', 'the best picture in 20 kB, with more patience')
    .example('$0 encode *.png --out-dir loe --bpp 0.3', 'many pictures at one rate')
    .example('$0 encode - -o - < a.png > a.loe', 'through pipes');
  return addLimitOptions(addOutputOptions(addOptions(yargs, ENCODER_OPTIONS))).option('orient', {
    type: 'boolean',
    default: true,
    group: 'Output:',
    describe: 'turn pictures upright as their EXIF says; --no-orient leaves them as stored',
  });
}

/**
 * @param encoder the verb, replaceable in tests
 * @returns the exit code
 * @throws LoecError E_USAGE where the command line as a whole is wrong
 */
export async function run(context: Context, args: EncodeArguments, encoder = encode): Promise<number> {
  checkTargets(args);
  const jobs = await planJobs(context, args, NAMING);
  const inputs = await identifyInputs(context.stdin, jobs);
  return runInputs(context, args, jobs, async (job) => {
    const destination = await checkDestination(job, args, inputs);
    const { raster, notes } = await readPicture(context, args, job.input);
    const noted = (note: string): number => notes.push(note);
    const result = await encodeWithProgress(context, args, job.input, raster, encoder, noted);
    await writeOutput(context, destination, [result.file]);
    await report(context, args, job, notes, result);
  });
}

function checkTargets(args: EncodeArguments): void {
  const given = Object.keys(givenOptions(TARGETS, args)).map((name) => `--${name}`);
  if (given.length > 1) {
    throw new LoecError('E_USAGE', `${given.join(' and ')} exclude each other: give one target`);
  }
}

/** The picture, and what a person should know of how it was read. */
async function readPicture(
  context: Context,
  args: EncodeArguments,
  input: string,
): Promise<{ raster: Raster; notes: string[] }> {
  const name = inputName(input);
  const { bytes, notes: formatNotes, limits } = await readPictureFile(context, input, limitsOf(args));
  const { orient, metadata } = args;
  const picture = await readPng(bytes, {
    name,
    orient,
    metadata: metadata === 'all',
    limits,
    signal: context.signal,
  });
  const notes = [...formatNotes.map((text) => ({ text, isMinor: false })), ...picture.notes];
  for (const { text, isMinor } of notes) {
    if (!isMinor || args.verbose) say(context, args, `${name}: ${text}`);
  }
  if (picture.dropped.length > 0) {
    say(context, args, `${name}: ${picture.dropped.join(', ')} left out; --metadata all keeps them`);
  }
  return { raster: picture.raster, notes: notes.map(({ text }) => text) };
}

async function encodeWithProgress(
  context: Context,
  args: EncodeArguments,
  input: string,
  raster: Raster,
  encoder: typeof encode,
  onNote: (note: string) => void,
): Promise<EncodeResult> {
  const { update, end } = createProgress(context, args.quiet, inputName(input));
  try {
    const options = givenOptions(ENCODER_OPTIONS, args);
    return await encoder(raster, {
      ...options,
      signal: context.signal,
      onProgress: update,
      onNotice: ({ kind, text }) => {
        // What is said goes where the bar was.
        end();
        if (kind === 'picture') onNote(text);
        if (kind !== 'choice') say(context, args, `${inputName(input)}: ${text}`);
        else if (args.verbose) say(context, args, `${inputName(input)}: fits on ${text}`);
      },
    });
  } finally {
    end();
  }
}

async function report(
  context: Context,
  args: EncodeArguments,
  { input, output }: Job,
  notes: readonly string[],
  result: EncodeResult,
): Promise<void> {
  const { file, width, height, bpp, psnr, ssimulacra2, tune, preset, engine, steps, seconds } = result;
  const bytes = file.length;
  if (args.json) {
    const scores = { psnr, ssimulacra2 };
    const figures = { width, height, bytes, bpp, ...scores, tune, preset, engine, steps, seconds };
    await writeJson(context, { type: 'encode', input, output, ...figures, notes });
  }
  const size = bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} kB`;
  const quality = Number.isFinite(psnr) ? `${psnr.toFixed(2)} dB` : 'lossless';
  const score = ssimulacra2 === undefined ? '' : `  SSIMULACRA2 ${ssimulacra2.toFixed(2)}`;
  const figures = `${size}  ${bpp.toFixed(3)} bpp  ${quality}${score}  in ${formatSeconds(seconds)}`;
  say(context, args, `${input} -> ${output}  ${figures}`);
}
