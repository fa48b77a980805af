/** @file `loec bench`. */

import { join } from 'node:path';
import { type Curve, parseCodecs } from '../../bench/codec-spec.ts';
import type { Metric } from '../../bench/metric.ts';
import { parseMetrics } from '../../bench/metric-spec.ts';
import { checkNeeds, DRAWING, SHARP } from '../../bench/needs.ts';
import { findPictures, type PictureFile } from '../../bench/pictures.ts';
import { type Comparison, comparePictures } from '../../bench/report/compare.ts';
import { isGood, pointText } from '../../bench/row.ts';
import { runBench } from '../../bench/run.ts';
import { ResultStore } from '../../bench/store.ts';
import { roundings, type Summary, summarize } from '../../bench/summary.ts';
import { tryMetrics } from '../../bench/try-metrics.ts';
import type { BenchPlan } from '../../bench/work.ts';
import { LoecError, optionError } from '../../errors.ts';
import { READ_EXTENSIONS } from '../../image/extensions.ts';
import { folder, integer, text } from '../../parsers.ts';
import { inGroup, type OptionTable } from '../arguments/options.ts';
import type { Manual } from '../command.ts';
import { type CommonArguments, type Context, say, writeJson } from '../context.ts';
import { OK } from '../exit-codes.ts';
import { createProgress } from '../terminal/progress.ts';

interface BenchArguments extends CommonArguments {
  readonly inputs: readonly string[];
  readonly codec?: string;
  readonly metric?: string;
  readonly out?: string;
  readonly jobs?: number;
  readonly upscale?: number;
  readonly anchor?: string;
}

const DEFAULTS = {
  codec: 'loe,jpeg,mozjpeg,webp,avif',
  metric: 'psnr,ssimulacra2,ms-ssim',
  out: 'bench',
  jobs: 1,
  upscale: 1,
};

const OPTIONS: OptionTable = {
  ...inGroup('Bench:', {
    codec: {
      describe: 'codecs with their points, as in jpeg:q=10..90/10,loe:effort=3,bpp=0.2+0.4',
      parser: text,
      byDefault: DEFAULTS.codec,
      terse: true,
    },
    metric: {
      describe:
        'psnr, ssimulacra2, ms-ssim, ms-ssim-rgb, ssim, or NAME=CMD: a command that gets two PNG files and prints a number',
      parser: text,
      byDefault: DEFAULTS.metric,
      terse: true,
    },
    anchor: {
      describe: 'the curve that BD-rates are against, as the report names it',
      parser: text,
      byDefault: 'the first classic one',
      terse: true,
    },
    upscale: {
      describe: 'shrink pictures by this factor, code them, decode at their size',
      parser: integer(1, 16),
      byDefault: '1',
    },
  }),
  ...inGroup('Output:', {
    out: { describe: 'the folder of results and report', parser: folder, byDefault: 'bench', terse: true },
    jobs: { describe: 'processes at a time', parser: integer(1, 256), byDefault: '1' },
  }),
};

export const manual: Manual = {
  synopsis: '<pictures or folders..> [options]',
  description:
    'Measures codecs on pictures and writes a report. What is in the folder already is not measured again.',
  inputs: { describe: 'pictures, and folders of them', extensions: READ_EXTENSIONS },
  options: OPTIONS,
  examples: [
    ['bench corpus --codec jpeg,webp,loe:effort=1', 'a first look, in minutes'],
    ['bench kodak --upscale 2 --codec avif,loe', 'how well it enlarges'],
  ],
};

/**
 * @returns the exit code: 0 also where points failed, which the report lists
 * @throws LoecError E_USAGE, E_INPUT, E_ABORTED, or E_ENGINE where packages or programs are missing
 */
export async function run(context: Context, args: BenchArguments): Promise<number> {
  const { codec: codecs, metric, out: folder, jobs, upscale } = { ...DEFAULTS, ...args };
  const curves = parseCodecs(codecs);
  const asked = parseMetrics(metric);
  await checkNeeds([
    SHARP,
    ...DRAWING,
    ...[...curves.map((curve) => curve.codec), ...asked].flatMap(({ needs }) => needs),
  ]);
  const { writeReport } = await import('../../bench/report/write.ts');
  const pictures = await findPictures(args.inputs);
  const metrics = await workingMetrics(context, args, asked);
  const store = await ResultStore.open(folder);
  await measure(context, args, { codecs, metrics, upscale, folder }, pictures, store, jobs);
  const { rows } = store;
  const summary = summarize(rows, upscale);
  const anchor = anchorOf(summary, curves, args.anchor);
  const compared = curvesToCompare(curves, upscale);
  const comparisons = await compare(context, args, summary, pictures, compared, folder);
  const input = {
    ...{ summary, upscale, anchor, command: commandOf(args) },
    ...{ comparisons, compared: compared.map(({ name }) => name) },
  };
  const page = await writeReport(folder, input, rows);
  for (const { picture, depth, codec, codedDepth } of roundings(summary)) {
    say(context, args, `${picture} has ${depth} bits per sample: ${codec} got it rounded to ${codedDepth}`);
  }
  const failed = rows.filter((row) => !isGood(row)).length;
  const failures = failed > 0 ? `, ${failed} failed: the report says why` : '';
  say(context, args, `${page}: ${rows.length} rows in ${join(folder, 'results.ndjson')}${failures}`);
  return OK;
}

/** Those that work here, as on the command line; what others lack is told. @throws LoecError E_ENGINE where none works */
async function workingMetrics(
  context: Context,
  args: BenchArguments,
  asked: readonly Metric[],
): Promise<string> {
  const { working, failures } = await tryMetrics(asked, context.signal);
  if (working.length === 0) throw new LoecError('E_ENGINE', `no metric works here: ${failures.join('; ')}`);
  for (const failure of failures) say(context, args, failure);
  return working.map(({ specification }) => specification).join(',');
}

/** Fills the store, and tells how far it is. */
async function measure(
  context: Context,
  args: BenchArguments,
  plan: BenchPlan,
  pictures: readonly PictureFile[],
  store: ResultStore,
  jobs: number,
): Promise<void> {
  const progress = createProgress(context, args.quiet, plan.folder);
  const started = performance.now();
  const printed: Promise<unknown>[] = [];
  try {
    await runBench(plan, pictures, store, jobs, {
      signal: context.signal,
      onRow: (row, done) => {
        if (args.json) printed.push(writeJson(context, { type: 'bench', ...row }).catch((error) => error));
        const secondsLeft = ((performance.now() - started) / 1000) * (1 / done - 1);
        progress.update({ phase: `${row.picture} ${row.codec} ${pointText(row)}`, done, secondsLeft });
      },
    });
  } finally {
    progress.end();
  }
  const failure = (await Promise.all(printed)).find((error) => error);
  if (failure) throw failure;
}

/** Decodes what the report shows, and tells how far it is. */
async function compare(
  context: Context,
  args: BenchArguments,
  summary: Summary,
  pictures: readonly PictureFile[],
  curves: readonly Curve[],
  folder: string,
): Promise<Comparison[]> {
  const progress = createProgress(context, args.quiet, folder);
  const started = performance.now();
  try {
    return await comparePictures(summary, pictures, curves, folder, {
      signal: context.signal,
      onView: (what, done) => {
        const secondsLeft = ((performance.now() - started) / 1000) * (1 / done - 1);
        progress.update({ phase: `report: ${what}`, done, ...(done > 0 && { secondsLeft }) });
      },
    });
  } finally {
    progress.end();
  }
}

/** @throws LoecError E_USAGE for a name that no curve has */
function anchorOf({ codecs }: Summary, curves: readonly Curve[], asked: string | undefined): string {
  if (asked === undefined) {
    const classic = curves.find(({ codec }) => !codec.decodeAt)?.name ?? codecs[0] ?? '';
    return codecs.find((name) => name.startsWith(classic)) ?? classic;
  }
  if (codecs.includes(asked)) return asked;
  throw optionError('--anchor', `one of ${codecs.join(', ')}`, asked);
}

/** Those whose files are the pictures at their size; the first two, which are shown at first, are loec's and one of another kind. */
function curvesToCompare(curves: readonly Curve[], upscale: number): readonly Curve[] {
  if (upscale !== 1) return [];
  const first = [curves.find(({ codec }) => codec.decodeAt), curves.find(({ codec }) => !codec.decodeAt)];
  return [...new Set([...first.filter((curve) => curve !== undefined), ...curves])];
}

/** The command line that makes the same report. */
function commandOf(args: BenchArguments): string {
  const options = Object.keys(OPTIONS).flatMap((name) => {
    const value = args[name as keyof BenchArguments];
    return value === undefined ? [] : [`--${name} ${quoted(String(value))}`];
  });
  return ['loec bench', ...args.inputs.map(quoted), ...options].join(' ');
}

function quoted(argument: string): string {
  return /^[\w./:=,+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
