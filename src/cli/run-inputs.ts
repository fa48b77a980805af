/** @file Several inputs: a failure is reported under its name and the others go on. */

import { LoecError } from '../errors.ts';
import type { CommonArguments, Context } from './context.ts';
import { exitCodeOf, INTERRUPTED, OK } from './exit-codes.ts';
import { inputName } from './input.ts';

/**
 * Runs `work` on each job in turn until the user interrupts.
 * @returns the exit code of the first failure, or 0
 */
export async function runInputs<Job extends { readonly input: string }>(
  context: Context,
  args: CommonArguments,
  jobs: readonly Job[],
  work: (job: Job) => Promise<void>,
): Promise<number> {
  let exitCode = OK;
  for (const job of jobs) {
    if (context.signal.aborted) return INTERRUPTED;
    try {
      await work(job);
    } catch (error) {
      const code = exitCodeOf(error);
      exitCode = code === INTERRUPTED ? code : exitCode || code;
      reportError(context, error, args.verbose, inputName(job.input));
    }
  }
  return exitCode;
}

/** One line on stderr; an internal error's stack with --verbose. */
export function reportError({ stderr }: Context, error: unknown, verbose: boolean, name?: string): void {
  const message = error instanceof Error ? error.message : String(error);
  // Errors about a picture's bytes name the file themselves.
  const prefix = name === undefined || message.startsWith(`${name}: `) ? '' : `${name}: `;
  stderr.write(`loec: ${prefix}${message}\n`);
  if (error instanceof LoecError) return;
  const hint = 'this is a fault of loec; run again with --verbose and report what it prints';
  stderr.write(`${verbose && error instanceof Error ? error.stack : hint}\n`);
}
