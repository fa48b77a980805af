/** @file Several inputs, one after the other: a failure is reported under its name and the others go on. */

import type { CommonArguments, Context } from '../context.ts';
import { inputName } from '../files/input.ts';
import { Failures } from './failures.ts';

export interface RunArguments extends CommonArguments {
  /** Whether nothing more is begun after a failure. */
  readonly failFast?: boolean | undefined;
}

/** Until the user interrupts. @returns the exit code of the interruption or of the worst failure, or 0 */
export async function runInputs<Job extends { readonly input: string }>(
  context: Context,
  args: RunArguments,
  jobs: readonly Job[],
  work: (job: Job) => Promise<void>,
): Promise<number> {
  const failures = new Failures(context, args.verbose);
  for (const job of jobs) {
    if (context.signal.aborted || (args.failFast && failures.areThere)) break;
    try {
      await work(job);
    } catch (error) {
      failures.add(error, inputName(job.input));
    }
  }
  return failures.exitCode;
}
