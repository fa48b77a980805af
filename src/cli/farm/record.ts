/** @file From the command line to the record of a batch, and back. */

import { randomUUID } from 'node:crypto';
import { LoecError } from '../../errors.ts';
import type { BatchRecord } from '../../farm/batch-record.ts';
import { createBatch, readBatch } from '../../farm/batches.ts';
import type { Farm } from '../../farm/farm.ts';
import { laneOf, needOf } from '../../farm/lane.ts';
import { version } from '../../version.ts';
import { fileOptionsOf } from '../encode/file-options.ts';
import type { EncodeArguments } from '../encode/options.ts';
import { checkBatchName, newBatchName } from './batch-name.ts';
import { transferOf } from './transport.ts';

/** What is asked of the files of a batch, for who fetches them later. */
export type OutputOptions = Pick<
  EncodeArguments,
  'outDir' | 'force' | 'update' | 'preserve' | 'skipIfLarger' | 'root'
>;

export function recordOf(args: EncodeArguments, now: Date): BatchRecord {
  const { name: _, ...file } = fileOptionsOf(args, '');
  // Workers have no use for it, and take no option that they do not know.
  const { bestSoFar: __, ...options } = file.options;
  const { outDir, force, update, preserve, skipIfLarger, root, priority = 0, share, rate } = args;
  const output: OutputOptions = { outDir, force, update, preserve, skipIfLarger, root };
  return {
    name: args.name ?? newBatchName(args.inputs[0] as string, now),
    version,
    created: now.getTime(),
    base: process.cwd(),
    lane: laneOf(version, needOf(args.engine)),
    file: { ...file, options },
    output: { ...output },
    transfer: transferOf(args),
    ...(args.dedupe === false && { salt: randomUUID() }),
    priority,
    ...(share !== undefined && { share }),
    ...(rate !== undefined && { rate }),
  };
}

/**
 * Begins the batch, or goes on with the one of the same name.
 * @returns its record
 * @throws LoecError E_USAGE where the other one has other options, or was cancelled
 */
export async function beginBatch(farm: Farm, args: EncodeArguments): Promise<BatchRecord> {
  const record = recordOf(args, new Date());
  const { name } = record;
  checkBatchName(name);
  if (await createBatch(farm, record)) return record;
  const known = await readBatch(farm, name);
  if (known && !known.isCancelled && termsOf(known.record) === termsOf(record)) return known.record;
  const what = known?.isCancelled ? 'was cancelled' : 'is there, with other options or from another folder';
  throw new LoecError('E_USAGE', `the batch ${name} ${what}: give another --name`);
}

/** All that two records must have in common. */
function termsOf({ created: _, salt, ...terms }: BatchRecord): string {
  return JSON.stringify({ ...terms, isSalted: salt !== undefined });
}
