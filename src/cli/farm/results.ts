/** @file `loec farm results`: the files of a batch, as the command would have written them that has handed it over. */

import { basename, extname, isAbsolute, join, relative, resolve } from 'node:path';
import { LoecError } from '../../errors.ts';
import type { FarmAddress } from '../../farm/address.ts';
import type { BatchRecord } from '../../farm/batch-record.ts';
import { allRows, type IndexedRow, type StoredBatch } from '../../farm/batches.ts';
import type { Farm } from '../../farm/farm.ts';
import { Batch } from '../batch/batch.ts';
import type { Job } from '../batch/jobs.ts';
import { type CommonArguments, type Context, say } from '../context.ts';
import type { EncodeArguments } from '../encode/options.ts';
import { Folders } from '../files/folders.ts';
import { DASH } from '../files/input.ts';
import type { FileStats } from '../files/input-stats.ts';
import { PICTURES } from '../files/inputs.ts';
import { keepFetched } from './keep-fetched.ts';
import type { OutputOptions } from './record.ts';
import { ResultsPool } from './results-pool.ts';
import { resultsOf } from './transport.ts';

export interface ResultsArguments extends CommonArguments {
  readonly outDir?: string | undefined;
  readonly root?: string | undefined;
  readonly report?: string | undefined;
  readonly force: boolean;
  /** Whether pictures that are not done yet are waited for. */
  readonly wait: boolean;
}

/** @returns the exit code, as `encode` has it */
export async function fetchResults(
  context: Context,
  given: ResultsArguments,
  farm: Farm,
  address: FarmAddress,
  { record, isWhole, isCancelled }: StoredBatch,
): Promise<number> {
  const rows = await sortedRows(farm, record.name);
  const args = argumentsOf(given, record);
  const jobs = rows.map(({ row }) => localJob(row, record, given.outDir));
  if (!isWhole && !isCancelled) {
    say(context, given, `${record.name} was not handed over to its end: the same command goes on with it`);
  }
  const results = resultsOf(farm, address.farm, record.transfer, args.root);
  const pool = new ResultsPool({ farm, record, results, rows, isVerbose: given.verbose, waits: given.wait });
  const inputs = { kind: PICTURES, stats: statsOf(jobs, rows), files: new Map(), folders: new Folders() };
  return new Batch(context, args, jobs, inputs, {
    poolFor: () => pool,
    keep: (order, fitted, voice) =>
      context.whileSaving(() => keepFetched(context, args, order, fitted, voice)),
  }).run();
}

/** In the order of the batch. */
async function sortedRows(farm: Farm, name: string): Promise<IndexedRow[]> {
  // One may come twice.
  const rows = new Map<number, IndexedRow>();
  for await (const some of allRows(farm, name)) for (const row of some) rows.set(row.index, row);
  return [...rows.values()].sort((a, b) => a.index - b.index);
}

/** What is there has been fetched before, unless it was to be replaced; at another place nothing was. */
function argumentsOf(given: ResultsArguments, { file, output }: BatchRecord): EncodeArguments {
  const { outDir, force, update, preserve, skipIfLarger, root } = output as unknown as OutputOptions;
  const isElsewhere = given.outDir !== undefined;
  const isReplaced = given.force || (force && !isElsewhere);
  const isUpdated = update && !isElsewhere;
  return {
    ...given,
    preserve,
    skipIfLarger,
    inputs: [],
    outDir: given.outDir ?? outDir,
    root: given.root ?? root,
    force: isReplaced,
    update: isUpdated,
    skipExisting: !(isReplaced || isUpdated),
    verify: file.verify,
    orient: file.orient,
    resume: true,
  };
}

/** Names start from the folder where the batch was handed over, or from another one that is wanted now. */
function localJob(
  { input, output, isNamed }: IndexedRow['row'],
  { base, output: { outDir } }: BatchRecord,
  wanted: string | undefined,
): Job {
  const placed = (name: string): string =>
    name === DASH || base === process.cwd() ? name : resolve(base, name);
  if (output === DASH || wanted === undefined) {
    checkName(output);
    return { input: placed(input), output: placed(output), isNamed };
  }
  const below = relative(resolve(base, (outDir as string | undefined) ?? ''), resolve(base, output));
  const isBelow = !(below.startsWith('..') || isAbsolute(below));
  return { input: placed(input), output: join(wanted, isBelow ? below : basename(output)), isNamed };
}

/** Whoever can write to the queue may have written the name. @throws LoecError E_USAGE for one of another kind of file */
function checkName(output: string): void {
  if (output === DASH || extname(output) === '.loe') return;
  throw new LoecError(
    'E_USAGE',
    `${output} is not the name of a .loe file: name a folder for it by --out-dir`,
  );
}

/** As they were when the batch was handed over: the pictures may be on another machine. */
function statsOf(jobs: readonly Job[], rows: readonly IndexedRow[]): Map<string, FileStats> {
  return new Map(
    rows.map(({ row: { picture, mode, atimeMs, mtimeMs } }, i) => {
      const stats = { size: picture.bytes, mode, atimeMs, mtimeMs, dev: 0, ino: 0 };
      return [(jobs[i] as Job).input, stats];
    }),
  );
}
