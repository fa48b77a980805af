/** @file Several inputs: a failure is reported under its name and the others go on. */

import { LoecError } from '../../errors.ts';
import { withDashes } from '../arguments/option-names.ts';
import { type CommonArguments, type Context, StdoutError } from '../context.ts';
import { exitCodeOf, interruptionCode, OK, worse } from '../exit-codes.ts';
import { inputName } from '../files/input.ts';
import { printable } from '../terminal/printable.ts';
import { Cores, Lease, ONE_AT_A_TIME, type Sharing } from './cores.ts';

export interface RunArguments extends CommonArguments {
  /** Whether nothing more is begun after a failure. */
  readonly failFast?: boolean | undefined;
}

/**
 * Runs `work` on the jobs, which are begun in their order, until the user interrupts.
 * @param work asks its lease for a share of the cores when it has its picture; until then no other is begun
 * @returns the exit code of the interruption or of the worst failure, or 0
 */
export async function runInputs<Job extends { readonly input: string }>(
  context: Context,
  args: RunArguments,
  jobs: readonly Job[],
  work: (job: Job, lease: Lease) => Promise<void>,
  sharing: Sharing = ONE_AT_A_TIME,
): Promise<number> {
  const { signal } = context;
  const cores = new Cores(sharing.count);
  const running: Promise<void>[] = [];
  let exitCode = OK;
  let stdoutFailed = false;

  async function attempt(job: Job, lease: Lease): Promise<void> {
    try {
      await work(job, lease);
    } catch (error) {
      exitCode = worse(exitCode, exitCodeOf(error, signal));
      // It fails with every record that follows, which nobody needs to be told.
      if (error instanceof StdoutError && stdoutFailed) return;
      stdoutFailed ||= error instanceof StdoutError;
      reportError(context, error, args.verbose, inputName(job.input));
    } finally {
      lease.end();
    }
  }

  for (const [index, job] of jobs.entries()) {
    await cores.take(1);
    if (signal.aborted || (args.failFast && exitCode !== OK)) break;
    const lease = new Lease(cores, sharing, jobs.length - index);
    running.push(attempt(job, lease));
    await lease.settled;
  }
  await Promise.all(running);
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
