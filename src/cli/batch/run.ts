/** @file A command that makes a file of each input: from the command line to the batch. */

import type { Context } from '../context.ts';
import type { InputKind } from '../files/inputs.ts';
import { Batch, type Making } from './batch.ts';
import { type Job, type Naming, planJobs } from './jobs.ts';
import type { BatchArguments } from './options.ts';
import { knownInputs } from './place.ts';
import { rehearse } from './rehearse.ts';
import { checkSkips } from './skips.ts';

/**
 * @returns the exit code
 * @throws LoecError E_USAGE or E_INPUT where the command line as a whole is wrong
 */
export async function runBatch<Made>(
  context: Context,
  args: BatchArguments,
  naming: Naming,
  making: Making<Made>,
): Promise<number> {
  checkSkips(args);
  return runJobs(context, args, await planJobs(context, args, naming), naming.inputs, making);
}

/**
 * The same of jobs that are known.
 * @returns the exit code
 * @throws LoecError as `openReport`
 */
export async function runJobs<Made>(
  context: Context,
  args: BatchArguments,
  jobs: readonly Job[],
  kind: InputKind,
  making: Making<Made>,
): Promise<number> {
  const inputs = await knownInputs(context.stdin, jobs, kind);
  return args.dryRun
    ? rehearse(context, args, jobs, inputs)
    : new Batch(context, args, jobs, inputs, making).run();
}
