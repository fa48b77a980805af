/** @file `loec encode`. */

import type { Argv } from 'yargs';
import { MAX_WIDTH } from '../../container/header.ts';
import { type EncodeOptions, type EncodeResult, encode } from '../../encode.ts';
import { ENGINE_NAMES } from '../../engine/engine.ts';
import { LoecError } from '../../errors.ts';
import { DEFAULT_PRESET, PRESET_NAMES } from '../../field/presets.ts';
import { MAX_LAYERS } from '../../field/spec.ts';
import { THRESHOLD_METHODS } from '../../field/thresholds.ts';
import { readPng } from '../../image/png/read.ts';
import type { Raster } from '../../image/raster.ts';
import { byteCount, integer, number, oneOf } from '../../parsers.ts';
import { type CommonArguments, type Context, say, writeJson } from '../context.ts';
import { checkDestination, type Job, type OutputArguments, planJobs } from '../destinations.ts';
import { inputName, readInput } from '../input.ts';
import { addOptions, addOutputOptions, givenOptions, type OptionTable } from '../options.ts';
import { writeOutput } from '../output.ts';
import { createProgress, formatSeconds } from '../progress.ts';
import { runInputs } from '../run-inputs.ts';

type EncodeArguments = CommonArguments &
  OutputArguments &
  Omit<EncodeOptions, 'signal' | 'onProgress' | 'onNotice'>;

const TARGETS = {
  quality: {
    alias: 'q',
    group: 'Target, at most one:',
    describe: 'how good',
    parser: number(0, 100),
    byDefault: '50',
  },
  bpp: { group: 'Target, at most one:', describe: 'bits per pixel of the file', parser: number(0, 1000) },
  size: { group: 'Target, at most one:', describe: 'size of the file', parser: byteCount },
  psnr: { group: 'Target, at most one:', describe: 'PSNR in dB of the decoded file', parser: number(1, 200) },
} as const satisfies OptionTable;

/** What goes to the API as it is. */
const ENCODER_OPTIONS: OptionTable = {
  ...TARGETS,
  effort: { group: 'Fit:', describe: 'from a preview to patience', parser: integer(1, 9), byDefault: '5' },
  steps: { group: 'Fit:', describe: 'training steps', parser: integer(1, 1e9), byDefault: "the effort's" },
  seed: {
    group: 'Fit:',
    describe: 'of the random start',
    parser: integer(-(2 ** 31), 2 ** 32 - 1),
    byDefault: '1',
  },
  engine: {
    group: 'Fit:',
    describe: 'what computes',
    parser: oneOf(['auto', ...ENGINE_NAMES]),
    byDefault: 'auto',
  },
  threads: {
    group: 'Fit:',
    describe: 'threads on the CPU; the file does not depend on them',
    parser: integer(1, 256),
    byDefault: 'all cores',
  },
  preset: { group: 'Field:', describe: 'the system', parser: oneOf(PRESET_NAMES), byDefault: DEFAULT_PRESET },
  width: {
    group: 'Field:',
    describe: 'coordinate presets: width of the hidden layers',
    parser: integer(1, MAX_WIDTH),
    byDefault: 'what the target affords',
  },
  depth: {
    group: 'Field:',
    describe: 'coordinate presets: linear layers',
    parser: integer(2, MAX_LAYERS),
    byDefault: "the preset's",
  },
  'segment-layer': {
    group: 'Field:',
    describe: 'loe, seg-loe: the layer that the segmentation selects',
    parser: integer(1, MAX_LAYERS),
    byDefault: 'the last',
  },
  thresholds: {
    group: 'Field:',
    describe: 'loe, seg-loe, pyramid-seg: how classes are cut',
    parser: oneOf(THRESHOLD_METHODS),
    byDefault: 'multi-otsu',
  },
  weights: {
    group: 'Field:',
    describe: 'coordinate presets: how weights are stored',
    parser: oneOf(['quantized', 'float32']),
    byDefault: 'quantized',
  },
  metadata: {
    group: 'Output:',
    describe: 'EXIF, XMP and text to keep',
    parser: oneOf(['none', 'all']),
    byDefault: 'none',
  },
};

export function encodeOptions(yargs: Argv): Argv {
  yargs
    .usage('$0 encode <inputs..> [options]\n\nFits a field to each picture and writes it as a .loe file.')
    .positional('inputs', { describe: 'PNG pictures; - is stdin' })
    .example('$0 encode photo.png', 'writes photo.loe beside it')
    .example('$0 encode photo.png --size 20k --effort 7', 'the best picture in 20 kB, with more patience')
    .example('$0 encode *.png --out-dir loe --bpp 0.3', 'many pictures at one rate')
    .example('$0 encode - -o - < a.png > a.loe', 'through pipes');
  return addOutputOptions(addOptions(yargs, ENCODER_OPTIONS));
}

/**
 * @param encoder the verb, replaceable in tests
 * @returns the exit code
 * @throws LoecError E_USAGE where the command line as a whole is wrong
 */
export async function runEncode(context: Context, args: EncodeArguments, encoder = encode): Promise<number> {
  checkTargets(args);
  const jobs = planJobs(context, args, '.loe');
  return runInputs(context, args, jobs, async (job) => {
    await checkDestination(job.output, args);
    const raster = await readPicture(context, args, job.input);
    const result = await encodeWithProgress(context, args, job.input, raster, encoder);
    await writeOutput(context, job.output, [result.file]);
    report(context, args, job, result);
  });
}

function checkTargets(args: EncodeArguments): void {
  const given = Object.keys(givenOptions(TARGETS, args)).map((name) => `--${name}`);
  if (given.length > 1) {
    throw new LoecError('E_USAGE', `${given.join(' and ')} exclude each other: give one target`);
  }
}

async function readPicture(context: Context, args: EncodeArguments, input: string): Promise<Raster> {
  const name = inputName(input);
  const bytes = await readInput(context, input);
  const { raster, dropped } = readPng(bytes, { name, metadata: args.metadata === 'all' });
  if (dropped.length > 0) {
    say(context, args, `${name}: ${dropped.join(', ')} left out; --metadata all keeps them`);
  }
  return raster;
}

async function encodeWithProgress(
  context: Context,
  args: EncodeArguments,
  input: string,
  raster: Raster,
  encoder: typeof encode,
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
        if (kind === 'failure') say(context, args, `${inputName(input)}: ${text}`);
        else if (args.verbose) say(context, args, `${inputName(input)}: fits on ${text}`);
      },
    });
  } finally {
    end();
  }
}

function report(context: Context, args: EncodeArguments, { input, output }: Job, result: EncodeResult): void {
  const { file, width, height, bpp, psnr, preset, engine, steps, seconds } = result;
  const bytes = file.length;
  if (args.json) {
    const figures = { width, height, bytes, bpp, psnr, preset, engine, steps, seconds };
    writeJson(context, { type: 'encode', input, output, ...figures });
  }
  const size = bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} kB`;
  const quality = Number.isFinite(psnr) ? `${psnr.toFixed(2)} dB` : 'lossless';
  const figures = [
    `${input} -> ${output}`,
    size,
    `${bpp.toFixed(3)} bpp`,
    quality,
    `in ${formatSeconds(seconds)}`,
  ];
  say(context, args, figures.join('  '));
}
