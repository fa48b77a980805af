/** @file Where the result of an input goes, or why there is none to make. */

import { stat } from 'node:fs/promises';
import {
  checkDestination,
  type Destination,
  type InputFiles,
  type InputStats,
} from '../files/destinations.ts';
import type { InputKind } from '../files/inputs.ts';
import type { Job } from './jobs.ts';
import type { BatchArguments } from './options.ts';
import { skipReason } from './skips.ts';

/** What is known of the inputs before they are read. */
export interface KnownInputs {
  readonly kind: InputKind;
  readonly stats: InputStats;
  readonly files: InputFiles;
}

/** Why there is nothing to do, and the size of what is there. */
interface Skip {
  readonly skip: string;
  readonly bytes: number | undefined;
}

/** @throws LoecError as `checkDestination` and the kind's `expect` */
export async function placeOf(
  job: Job,
  args: BatchArguments,
  { kind, stats, files }: KnownInputs,
): Promise<{ readonly destination: Destination } | Skip> {
  const skip = await skipReason(job, args, stats.get(job.input));
  if (skip !== null) return { skip, bytes: (await stat(job.output).catch(() => null))?.size };
  await kind.expect(job.input);
  // What is older than its input may be replaced.
  const force = args.force || args.update === true;
  return { destination: await checkDestination(job, { ...args, force }, files) };
}
