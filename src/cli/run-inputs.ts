/** @file Several inputs: a failure is reported under its name and the others go on. */

import { LoecError } from '../errors.ts';
import { type CommonArguments, type Context, StdoutError } from './context.ts';
import { exitCodeOf, interruptionCode, OK } from './exit-codes.ts';
import { inputName } from './input.ts';
import { withDashes } from './option-names.ts';
import { printable } from './printable.ts';

/**
 * Runs `work` on each job in turn until the user interrupts.
 * @returns the exit code of the interruption or of the first failure, or 0
 */
export async function runInputs<Job extends { readonly input: string }>(
  context: Context,
  args: CommonArguments,
  jobs: readonly Job[],
  work: (job: Job) => Promise<void>,
): Promise<number> {
  const { signal } = context;
  let exitCode = OK;
  let stdoutFailed = false;
  for (const job of jobs) {
    if (signal.aborted) break;
    try {
      await work(job);
    } catch (error) {
      exitCode ||= exitCodeOf(error, signal);
      // It fails with every record that follows, which nobody needs to be told.
      if (error instanceof StdoutError && stdoutFailed) continue;
      stdoutFailed ||= error instanceof StdoutError;
      reportError(context, error, args.verbose, inputName(job.input));
    }
  }
  return signal.aborted ? interruptionCode(signal) : exitCode;
}

/** One line on stderr; an internal error's stack with --verbose. */
export function reportError({ stderr }: Context, error: unknown, verbose: boolean, name?: string): void {
  const message = withDashes(error instanceof Error ? error.message : String(error));
  // Errors about a picture's bytes name the file themselves.
  const prefix = name === undefined || message.startsWith(`${name}: `) ? '' : `${name}: `;
  stderr.write(`${printable(`loec: ${prefix}${message}`)}\n`);
  if (error instanceof LoecError) return;
  const hint = 'this is a fault of loec; run again with --verbose and report what it prints';
  const details = verbose && error instanceof Error ? (error.stack ?? '') : hint;
  stderr.write(`${details.split('\n').map(printable).join('\n')}\n`);
}
