/** @file `loec encode`. */

import { stat } from 'node:fs/promises';
import { encode } from '../../encode.ts';
import { hasGpu } from '../../engine/choose.ts';
import { LoecError } from '../../errors.ts';
import { isPictureName } from '../../image/extensions.ts';
import { givenOptions } from '../arguments/options.ts';
import type { Making } from '../batch/batch.ts';
import type { Naming } from '../batch/jobs.ts';
import { localPool } from '../batch/local-pool.ts';
import { runBatch } from '../batch/run.ts';
import { SKIP_RIVALS } from '../batch/skips.ts';
import type { Manual } from '../command.ts';
import type { Context } from '../context.ts';
import type { Fitted } from '../encode/fitted.ts';
import { keepFile } from '../encode/keep.ts';
import { fitHere } from '../encode/local-fit.ts';
import { ENCODE_OPTIONS, type EncodeArguments, TARGETS } from '../encode/options.ts';
import { keepFetched } from '../farm/keep-fetched.ts';
import { checkQueueOptions } from '../farm/options.ts';
import { PICTURES } from '../files/inputs.ts';

/** Pixels up to which pictures go beside each other: docs/experiments.md, "Pictures beside each other". */
const SMALL_PIXELS = 2 ** 18;

const NAMING: Naming = {
  inputs: PICTURES,
  extension: '.loe',
  isOutput: (name) => /\.loe$/i.test(name),
  check: (name) => {
    // What is inside would not be what the name says.
    if (!isPictureName(name)) return;
    throw new LoecError(
      'E_USAGE',
      `encode writes .loe files, and ${name} is the name of a picture; see --help`,
    );
  },
};

export const manual: Manual = {
  synopsis: '<inputs..> [options]',
  description:
    'Fits a field to each picture and writes it as a .loe file. Screenshots and other graphics of few colours are kept without loss where that is hardly larger than a fit.',
  inputs: {
    describe: 'PNG pictures, others by way of sharp; folders and quoted patterns of them; - is stdin',
    extensions: PICTURES.extensions,
  },
  options: ENCODE_OPTIONS,
  rivals: [
    Object.keys(TARGETS),
    ['psnr', 'tune'],
    SKIP_RIVALS,
    ...['threads', 'best-so-far', 'resume'].map((name) => ['queue', name]),
  ],
  examples: [
    ['encode photo.png', 'writes photo.loe beside it'],
    ['encode photo.png small.loe', 'the same as -o small.loe'],
    ['encode photo.png --size 20k --effort 7', 'the best picture in 20 kB, with more patience'],
    ['encode photos --recursive --out-dir loe', 'a folder, with its tree'],
    ['encode "photos/**/*.jpg" --update', 'what is new or has changed, beside the pictures'],
    ['encode - -o - < a.png > a.loe', 'through pipes'],
    [
      'encode photos --queue redis://farm --detach',
      'on machines that run loec worker; loec farm goes on with it',
    ],
  ],
};

/**
 * @param encoder the verb, replaceable in tests
 * @returns the exit code
 * @throws LoecError E_USAGE or E_INPUT where the command line as a whole is wrong
 */
export async function run(context: Context, args: EncodeArguments, encoder = encode): Promise<number> {
  checkTargets(args);
  checkQueueOptions(args);
  const keep = args.queue === undefined ? keepFile : keepFetched;
  return runBatch(context, args, NAMING, {
    poolFor: await poolFor(context, args, encoder),
    isDetached: args.detach,
    keep: (order, fitted, voice) => context.whileSaving(() => keep(context, args, order, fitted, voice)),
  });
}

/** Where the pictures are fitted. */
async function poolFor(
  context: Context,
  args: EncodeArguments,
  encoder: typeof encode,
): Promise<Making<Fitted>['poolFor']> {
  if (args.queue !== undefined) return queuePoolFor(context, args, args.queue);
  const { jobs, threads } = (await isOnOneDevice(args)) ? { ...args, jobs: 1 } : args;
  return (count) => localPool(count, { jobs, threads }, SMALL_PIXELS, fitHere(context, args, encoder));
}

/** What goes by a queue is loaded for nobody else. */
async function queuePoolFor(
  context: Context,
  args: EncodeArguments,
  address: string,
): Promise<Making<Fitted>['poolFor']> {
  const { openQueuePool } = await import('../farm/queue-pool.ts');
  const pool = openQueuePool(context, args, address);
  return () => pool;
}

/** A GPU, or the threads of tfjs, which several pictures would only take turns with. */
async function isOnOneDevice({ engine = 'auto', jobs, inputs }: EncodeArguments): Promise<boolean> {
  if (jobs !== undefined || engine === 'wasm') return false;
  if (engine !== 'auto') return true;
  const isAlone = inputs.length === 1 && (await stat(inputs[0] as string).catch(() => null))?.isFile();
  return !isAlone && hasGpu();
}

function checkTargets(args: EncodeArguments): void {
  const given = Object.keys(givenOptions(TARGETS, args)).map((name) => `--${name}`);
  if (given.length > 1) {
    throw new LoecError('E_USAGE', `${given.join(' and ')} exclude each other: give one target`);
  }
}
