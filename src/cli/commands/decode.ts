/** @file `loec decode`. */

import type { Argv } from 'yargs';
import { type DecodeOptions, decodeBands } from '../../decode.ts';
import { LoecError } from '../../errors.ts';
import { writePng } from '../../image/png/write.ts';
import type { Size } from '../../image/raster.ts';
import { cropRectangle, integer, number } from '../../parsers.ts';
import { MAX_SCALE, MIN_SCALE } from '../../render/geometry.ts';
import { type CommonArguments, type Context, say, writeJson } from '../context.ts';
import { checkDestination, type Job, type OutputArguments, planJobs } from '../destinations.ts';
import { inputName, readInput } from '../input.ts';
import { addOptions, addOutputOptions, givenOptions, inGroup } from '../options.ts';
import { writeOutput } from '../output.ts';
import { createProgress, formatSeconds } from '../progress.ts';
import { runInputs } from '../run-inputs.ts';

type DecodeArguments = CommonArguments &
  OutputArguments &
  Pick<DecodeOptions, 'scale' | 'width' | 'height' | 'crop'>;

/** PNG has 31 bits for a side. */
const MAX_SIDE = 2 ** 31 - 1;

/** What goes to the API as it is. */
const DECODER_OPTIONS = inGroup('Resolution:', {
  scale: {
    describe: "output size over the picture's own",
    parser: number(MIN_SCALE, MAX_SCALE),
    byDefault: '1',
  },
  width: {
    describe: 'output width in pixels; the height follows',
    parser: integer(1, MAX_SIDE),
    terse: true,
  },
  height: {
    describe: 'output height in pixels; the width follows',
    parser: integer(1, MAX_SIDE),
    terse: true,
  },
  crop: { describe: 'only this part', parser: cropRectangle },
});

export function options(yargs: Argv): Argv {
  yargs
    .usage('$0 decode <inputs..> [options]\n\nWrites each file as a PNG picture, at any resolution.')
    .positional('inputs', { describe: '.loe files; - is stdin' })
    .example('$0 decode photo.loe', 'writes photo.png beside it')
    .example('$0 decode photo.loe --scale 2 -o big.png', 'at twice the resolution')
    .example('$0 decode photo.loe --crop 0,0,64,64', 'only the top left corner')
    .example('$0 decode photo.loe --width 320 -o - | display', 'a thumbnail to another program');
  return addOutputOptions(addOptions(yargs, DECODER_OPTIONS));
}

/**
 * @returns the exit code
 * @throws LoecError E_USAGE where the command line as a whole is wrong
 */
export async function run(context: Context, args: DecodeArguments): Promise<number> {
  if (args.scale !== undefined && (args.width ?? args.height) !== undefined) {
    throw new LoecError('E_USAGE', '--scale and --width/--height exclude each other: give one');
  }
  const jobs = planJobs(context, args, '.png');
  return runInputs(context, args, jobs, async (job) => {
    const started = performance.now();
    await checkDestination(job.output, args);
    const { width, height } = await decodeWithProgress(context, args, job);
    const seconds = (performance.now() - started) / 1000;
    const { input, output } = job;
    if (args.json) writeJson(context, { type: 'decode', input, output, width, height, seconds });
    say(context, args, `${input} -> ${output}  ${width}x${height}  in ${formatSeconds(seconds)}`);
  });
}

/** Rows go to the output as they are evaluated, so that memory does not grow with the picture. */
async function decodeWithProgress(
  context: Context,
  args: DecodeArguments,
  { input, output }: Job,
): Promise<Size> {
  const file = await readInput(context, input);
  const { update, end } = createProgress(context, args.quiet, inputName(input));
  const picture = await decodeBands(file, {
    ...givenOptions(DECODER_OPTIONS, args),
    signal: context.signal,
    onProgress: (done) => update({ phase: 'decode', done }),
  });
  try {
    await writeOutput(context, output, writePng(picture));
  } finally {
    end();
  }
  return picture;
}
