/** @file `loec decode`. */

import { extname } from 'node:path';
import { buffer } from 'node:stream/consumers';
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
import { givenOptions, inGroup, LIMIT_OPTIONS, type LimitArguments, limitsOf } from '../arguments/options.ts';
import type { Naming } from '../batch/jobs.ts';
import { localPool, type Work } from '../batch/local-pool.ts';
import { BATCH_OPTIONS, BATCH_OUTPUT_OPTIONS, type BatchArguments } from '../batch/options.ts';
import type { Figures, Outcome } from '../batch/outcome.ts';
import type { Order } from '../batch/pool.ts';
import { runBatch } from '../batch/run.ts';
import { SKIP_RIVALS } from '../batch/skips.ts';
import type { Voice } from '../batch/voice.ts';
import type { Manual } from '../command.ts';
import { type Context, writeJson } from '../context.ts';
import type { Destination } from '../files/destinations.ts';
import { readInput } from '../files/input.ts';
import type { FileStats } from '../files/input-stats.ts';
import { LOE_FILES } from '../files/inputs.ts';
import { checkOrigin, withOrigin } from '../files/origin.ts';
import { writeOutput } from '../files/output.ts';
import { formatSeconds } from '../terminal/progress.ts';

type DecodeArguments = BatchArguments &
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

/**
 * Pixels from which a picture has all cores to itself. Smaller ones are decoded by one thread, while others compress and write what it has
 * decoded before.
 */
const SMALL_PIXELS = 2 ** 20;

const NAMING: Naming = {
  inputs: LOE_FILES,
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

export const manual: Manual = {
  synopsis: '<inputs..> [options]',
  description: 'Writes each file as a picture, PNG unless -o names another format, at any resolution.',
  inputs: {
    describe: '.loe files, folders and quoted patterns of them; - is stdin',
    extensions: LOE_FILES.extensions,
  },
  options: {
    ...DECODER_OPTIONS,
    ...inGroup('Resolution:', {
      preview: {
        describe: 'an eighth of the size, at once: colours and contrast are not yet right',
        flag: 'off',
      },
    }),
    ...BATCH_OUTPUT_OPTIONS,
    ...BATCH_OPTIONS,
    ...LIMIT_OPTIONS,
  },
  rivals: [['scale', 'width', 'height', 'preview', 'crop'], SKIP_RIVALS],
  examples: [
    ['decode photo.loe', 'writes photo.png beside it'],
    ['decode photo.loe big.png --scale 2', 'at twice the resolution; the same as -o big.png'],
    ['decode photo.loe -o photo.jpg', 'also .webp, .avif and .tiff, by way of sharp'],
    ['decode photo.loe --crop 0,0,64,64', 'only the top left corner'],
    ['decode photo.loe --width 320 -o - | display', 'a thumbnail to another program'],
  ],
  remark:
    'A picture that was not decoded from the same file is replaced only where -o names it: --force alone keeps the photograph beside its .loe file.',
};

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
  return runBatch(context, args, naming, {
    poolFor: (count) => localPool(count, args, SMALL_PIXELS, decodeHere(context, args)),
    keep: (order, decoded, voice) => tell(context, args, order, decoded, voice),
  });
}

/** What has been written, and what is to be known of it. */
interface Decoded {
  readonly figures: Figures;
  readonly notes: readonly string[];
}

async function tell(
  context: Context,
  args: DecodeArguments,
  { job: { input, output } }: Order,
  { figures, notes }: Decoded,
  { note, say }: Voice,
): Promise<Outcome> {
  const { width, height, seconds } = figures;
  for (const text of notes) note(text);
  if (args.json) await writeJson(context, { type: 'decode', input, output, width, height, seconds, notes });
  say(`${input} -> ${output}  ${width}x${height}  in ${formatSeconds(seconds)}`);
  return { status: 'done', ...figures };
}

function decodeHere(context: Context, args: DecodeArguments): Work<Decoded> {
  return async ({ index, job, destination, stats }, lease, hearing) => {
    const started = performance.now();
    const limits = limitsOf(args);
    const format = foreignFormatOf(extname(job.output));
    if (format) await loadSharp();
    const file = await readInput(context, job.input, limits);
    if (!job.isNamed) await checkOrigin(destination, file);
    // With a number of jobs, what each has does not depend on its size.
    const threads = args.jobs === undefined ? undefined : await lease.share(0);
    const { update, end } = hearing.begin(index);
    try {
      const picture = await decodeBands(file, {
        ...givenOptions(DECODER_OPTIONS, args),
        ...(threads !== undefined && { threads }),
        preview: args.preview,
        limits,
        signal: context.signal,
        onProgress: (done) => update({ phase: 'decode', done }),
        onNotice: ({ text }) => {
          if (args.verbose) hearing.note(index, `renders on ${text}`);
        },
      });
      if (threads === undefined) await lease.share(picture.width * picture.height);
      const preserved = args.preserve ? stats : undefined;
      const bytesOut = await writePicture(context, destination, picture, format, file, preserved);
      const { width, height } = picture;
      const seconds = (performance.now() - started) / 1000;
      const notes = format ? foreignLosses(picture, format) : [];
      return { figures: { bytesIn: file.length, bytesOut, width, height, seconds }, notes };
    } finally {
      end();
    }
  };
}

/** A PNG's rows go to the output as they are evaluated, so that memory does not grow with the picture. @returns the bytes written */
async function writePicture(
  context: Context,
  destination: Destination,
  picture: BandedPicture,
  format: ForeignFormat | undefined,
  file: Uint8Array,
  preserved: FileStats | undefined,
): Promise<number> {
  if (!format) return writeOutput(context, destination, withOrigin(writePng(picture), file), { preserved });
  const rounded = withBitsOf(format, picture);
  const png = await buffer(writePng(rounded));
  const foreign = await untilAborted(context.signal, writeForeign(png, rounded, format));
  return writeOutput(context, destination, [foreign], { preserved });
}
