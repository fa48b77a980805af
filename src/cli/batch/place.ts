/** @file Where the result of an input goes, or why there is none to make. */

import {
  checkDestination,
  type Destination,
  type InputFiles,
  type InputStats,
} from '../files/destinations.ts';
import type { InputKind } from '../files/inputs.ts';
import type { Job } from './jobs.ts';
import type { BatchArguments } from './options.ts';
import { type Skip, skipOf } from './skips.ts';

/** What is known of the inputs before they are read. */
export interface KnownInputs {
  readonly kind: InputKind;
  readonly stats: InputStats;
  readonly files: InputFiles;
}

/** @throws LoecError as `checkDestination` and the kind's `expect` */
export async function placeOf(
  job: Job,
  args: BatchArguments,
  { kind, stats, files }: KnownInputs,
): Promise<{ readonly destination: Destination } | Skip> {
  const skip = await skipOf(job, args, stats.get(job.input));
  if (skip) return skip;
  await kind.expect(job.input);
  // What is older than its input may be replaced.
  const force = args.force || args.update === true;
  return { destination: await checkDestination(job, { ...args, force }, files) };
}
