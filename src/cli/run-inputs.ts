/** @file Several inputs: a failure is reported under its name and the others go on. */

import { LoecError } from '../errors.ts';
import type { CommonArguments, Context } from './context.ts';
import { exitCodeOf, OK } from './exit-codes.ts';
import { DASH } from './input.ts';

/** Runs `work` on each input in turn. @returns the exit code of the first failure, or 0 */
export async function runInputs(
  context: Context,
  args: CommonArguments,
  inputs: readonly string[],
  work: (input: string) => Promise<void>,
): Promise<number> {
  let exitCode = OK;
  for (const input of inputs) {
    try {
      await work(input);
    } catch (error) {
      exitCode ||= exitCodeOf(error);
      reportError(context, error, args.verbose, input);
    }
    if (context.signal.aborted) break;
  }
  return exitCode;
}

/** One line on stderr; the stack of an internal error with --verbose. */
export function reportError(context: Context, error: unknown, verbose: boolean, input?: string): void {
  const name = input === DASH ? 'stdin' : input;
  const message = error instanceof Error ? error.message : String(error);
  // Errors about a picture's bytes name the file themselves.
  const prefix = name === undefined || message.startsWith(name) ? '' : `${name}: `;
  context.stderr.write(`loec: ${prefix}${message}\n`);
  if (error instanceof LoecError) return;
  const hint = 'this is a fault of loec; run again with --verbose and report what it prints';
  context.stderr.write(`${verbose ? (error as Error).stack : hint}\n`);
}
