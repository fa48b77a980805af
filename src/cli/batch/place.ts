/** @file Where the result of an input goes, or why there is none to make. */

import type { Readable } from 'node:stream';
import { checkDestination, type Destination } from '../files/destinations.ts';
import { Folders } from '../files/folders.ts';
import { type InputFiles, type InputStats, identifyInputs, statInputs } from '../files/input-stats.ts';
import type { InputKind } from '../files/inputs.ts';
import type { Job } from './jobs.ts';
import type { BatchArguments } from './options.ts';
import { type Skip, skipOf } from './skips.ts';

/** What is known of the inputs before they are read, and of the folders of their outputs. */
export interface KnownInputs {
  readonly kind: InputKind;
  readonly stats: InputStats;
  readonly files: InputFiles;
  readonly folders: Folders;
}

export async function knownInputs(
  stdin: Readable,
  jobs: readonly Job[],
  kind: InputKind,
): Promise<KnownInputs> {
  const stats = await statInputs(stdin, jobs);
  return { kind, stats, files: identifyInputs(stats), folders: new Folders() };
}

/** @throws LoecError as `checkDestination` and the kind's `expect` */
export async function placeOf(
  job: Job,
  args: BatchArguments,
  { kind, stats, files, folders }: KnownInputs,
): Promise<{ readonly destination: Destination } | Skip> {
  const skip = await skipOf(job, args, stats.get(job.input));
  if (skip) return skip;
  await kind.expect(job.input);
  // What is older than its input may be replaced.
  const force = args.force || args.update === true;
  return { destination: await checkDestination(job, { ...args, force }, files, folders) };
}
