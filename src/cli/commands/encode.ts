/** @file `loec encode`. */

import type { Argv } from 'yargs';
import { type EncodeOptions, type EncodeResult, encode } from '../../encode.ts';
import { PRESET_NAMES } from '../../field/presets.ts';
import { THRESHOLD_METHODS } from '../../field/thresholds.ts';
import { readPng } from '../../image/png/read.ts';
import { type CommonArguments, type Context, say, writeJson } from '../context.ts';
import { DASH, readInput } from '../input.ts';
import { parseNumber, parseSize } from '../numbers.ts';
import { checkOutput, type OutputArguments, outputPath, writeOutput } from '../output.ts';
import { createProgress, formatSeconds } from '../progress.ts';
import { runInputs } from '../run-inputs.ts';

export interface EncodeArguments extends CommonArguments, OutputArguments, Omit<EncodeOptions, 'signal'> {
  readonly inputs: readonly string[];
}

/** The options that are numbers of the API under the same name. */
const NUMBERS = {
  quality: ['q', 'Target:', '0 … 100; default 50'],
  bpp: [undefined, 'Target:', 'bits per pixel of the file'],
  psnr: [undefined, 'Target:', 'PSNR in dB of the decoded file'],
  effort: [undefined, 'Fit:', '1 (seconds) … 9 (hours); default 5'],
  width: [undefined, 'Field:', 'width of the hidden layers; default: what the target affords'],
  depth: [undefined, 'Field:', 'linear layers'],
  'segment-layer': [undefined, 'Field:', 'seg-loe: the layer chosen by the segmentation, from 1'],
  steps: [undefined, 'Fit:', 'training steps; default by effort'],
  threads: [undefined, 'Fit:', 'threads of the wasm engine; the file does not depend on it'],
  seed: [undefined, 'Fit:', 'start of the random numbers; default 1'],
} as const;

export function encodeOptions(yargs: Argv) {
  let options = yargs
    .positional('inputs', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'PNG pictures; - is stdin',
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      group: 'Output:',
      describe: 'the file to write; - is stdout',
    })
    .option('out-dir', {
      type: 'string',
      group: 'Output:',
      describe: 'folder for the files of several inputs',
    })
    .option('force', {
      type: 'boolean',
      default: false,
      group: 'Output:',
      describe: 'replace existing files',
    })
    .option('metadata', {
      choices: ['none', 'all'] as const,
      group: 'Output:',
      describe: 'keep EXIF, XMP and text',
    })
    .option('size', {
      type: 'string',
      group: 'Target:',
      describe: 'bytes of the file: 20000, 20k, 1.5M',
      coerce: (text?: string) => (text === undefined ? undefined : parseSize('--size', text)),
    })
    .option('preset', { choices: PRESET_NAMES, group: 'Field:', describe: 'system; default loe' })
    .option('thresholds', {
      choices: THRESHOLD_METHODS,
      group: 'Field:',
      describe: 'seg-loe: how classes are cut',
    })
    .option('weights', {
      choices: ['quantized', 'float32'] as const,
      group: 'Field:',
      describe: 'float32: as fitted',
    })
    .option('engine', {
      choices: ['auto', 'wasm', 'tfjs'] as const,
      group: 'Fit:',
      describe: 'what computes',
    });
  for (const [name, [alias, group, describe]] of Object.entries(NUMBERS)) {
    options = options.option(name, {
      ...(alias && { alias }),
      group,
      describe,
      type: 'string',
      coerce: (text?: string) => (text === undefined ? undefined : parseNumber(`--${name}`, text)),
    });
  }
  return options
    .example('$0 encode photo.png', 'writes photo.loe beside it')
    .example('$0 encode photo.png --size 20k --effort 7', 'the best picture in 20 kB, with more patience')
    .example('$0 encode *.png --out-dir loe --bpp 0.3', 'many pictures at one rate');
}

/** @returns the exit code */
export function runEncode(context: Context, args: EncodeArguments, encoder = encode): Promise<number> {
  return runInputs(context, args, args.inputs, async (input) => {
    const output = outputPath(input, args.inputs.length, '.loe', args);
    await checkOutput(context, output, args);
    const name = input === DASH ? 'stdin' : input;
    const bytes = await readInput(context, input);
    const { raster, dropped } = readPng(bytes, { name, metadata: args.metadata === 'all' });
    if (dropped.length > 0)
      say(context, args, `${name}: ${dropped.join(', ')} dropped; --metadata all keeps them`);
    const progress = createProgress(context, args.quiet, name);
    let result: EncodeResult;
    try {
      result = await encoder(raster, {
        ...encoderOptions(args),
        signal: context.signal,
        onProgress: progress.update,
      });
    } finally {
      progress.end();
    }
    await writeOutput(context, output, [result.file]);
    report(context, args, input, output, result);
  });
}

/** What the API understands, without the options that were not given. */
function encoderOptions(args: EncodeArguments): EncodeOptions {
  const names = ['size', 'preset', 'thresholds', 'weights', 'engine', 'metadata', ...Object.keys(NUMBERS)];
  const camel = names.map((name) => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()));
  return Object.fromEntries(
    Object.entries(args).filter(([name, value]) => camel.includes(name) && value !== undefined),
  );
}

function report(
  context: Context,
  args: EncodeArguments,
  input: string,
  output: string,
  result: EncodeResult,
): void {
  const { file, width, height, bpp, psnr, preset, engine, steps, seconds } = result;
  const bytes = file.length;
  if (args.json) {
    const summary = { input, output, width, height, bytes, bpp, psnr, preset, engine, steps, seconds };
    writeJson(context, { type: 'encode', ...summary });
  }
  const size = bytes < 1000 ? `${bytes} bytes` : `${(bytes / 1000).toFixed(1)} kB`;
  const quality = `${bpp.toFixed(3)} bpp  ${psnr.toFixed(2)} dB`;
  say(context, args, `${input} -> ${output}  ${size}  ${quality}  in ${formatSeconds(seconds)}`);
}
