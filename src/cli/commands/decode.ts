/** @file `loec decode`. */

import type { Argv } from 'yargs';
import { type DecodeOptions, decodeBands } from '../../decode.ts';
import { writePng } from '../../image/png/write.ts';
import { type CommonArguments, type Context, say, writeJson } from '../context.ts';
import { DASH, readInput } from '../input.ts';
import { parseCrop, parseNumber } from '../numbers.ts';
import { checkOutput, type OutputArguments, outputPath, writeOutput } from '../output.ts';
import { createProgress, formatSeconds } from '../progress.ts';
import { runInputs } from '../run-inputs.ts';

export interface DecodeArguments
  extends CommonArguments,
    OutputArguments,
    Pick<DecodeOptions, 'scale' | 'width' | 'height' | 'crop'> {
  readonly inputs: readonly string[];
}

const NUMBERS = {
  scale: 'output size over the picture’s own, 0.05 … 64',
  width: 'output width in pixels',
  height: 'output height in pixels; with --width alone the aspect ratio is kept',
} as const;

export function decodeOptions(yargs: Argv) {
  let options = yargs
    .positional('inputs', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: '.loe files; - is stdin',
    })
    .option('output', {
      alias: 'o',
      type: 'string',
      group: 'Output:',
      describe: 'the PNG to write; - is stdout',
    })
    .option('out-dir', {
      type: 'string',
      group: 'Output:',
      describe: 'folder for the pictures of several inputs',
    })
    .option('force', {
      type: 'boolean',
      default: false,
      group: 'Output:',
      describe: 'replace existing files',
    })
    .option('crop', {
      type: 'string',
      group: 'Resolution:',
      describe: 'only this part: x,y,width,height in output pixels',
      coerce: (text?: string) => (text === undefined ? undefined : parseCrop('--crop', text)),
    });
  for (const [name, describe] of Object.entries(NUMBERS)) {
    options = options.option(name, {
      type: 'string',
      group: 'Resolution:',
      describe,
      coerce: (text?: string) => (text === undefined ? undefined : parseNumber(`--${name}`, text)),
    });
  }
  return options
    .example('$0 decode photo.loe', 'writes photo.png beside it')
    .example('$0 decode photo.loe --scale 2 -o big.png', 'at twice the resolution')
    .example('$0 decode photo.loe --width 320 -o - | display', 'a thumbnail to another program');
}

/** @returns the exit code */
export function runDecode(context: Context, args: DecodeArguments): Promise<number> {
  return runInputs(context, args, args.inputs, async (input) => {
    const started = performance.now();
    const output = outputPath(input, args.inputs.length, '.png', args);
    await checkOutput(context, output, args);
    const progress = createProgress(context, args.quiet, input);
    const file = await readInput(context, input === DASH ? DASH : input);
    const picture = await decodeBands(file, {
      ...decoderOptions(args),
      signal: context.signal,
      onProgress: (done) => progress.update({ phase: 'decode', done }),
    });
    try {
      await writeOutput(context, output, writePng(picture));
    } finally {
      progress.end();
    }
    const { width, height } = picture;
    const seconds = (performance.now() - started) / 1000;
    if (args.json) writeJson(context, { type: 'decode', input, output, width, height, seconds });
    say(context, args, `${input} -> ${output}  ${width}x${height}  in ${formatSeconds(seconds)}`);
  });
}

function decoderOptions({ scale, width, height, crop }: DecodeArguments): DecodeOptions {
  const given = Object.entries({ scale, width, height, crop }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}
