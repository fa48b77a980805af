/** @file What has failed, each under its name, and the exit code that it comes to. */

import { LoecError } from '../../errors.ts';
import { withDashes } from '../arguments/option-names.ts';
import { type Context, StdoutError } from '../context.ts';
import { exitCodeOf, interruptionCode, OK, worse } from '../exit-codes.ts';
import { printable } from '../terminal/printable.ts';

export class Failures {
  readonly #context: Context;
  readonly #verbose: boolean;
  #worst = OK;
  #stdoutFailed = false;

  constructor(context: Context, verbose: boolean) {
    this.#context = context;
    this.#verbose = verbose;
  }

  /** Tells of it. @param name of the input */
  add(error: unknown, name?: string): void {
    this.#worst = worse(this.#worst, exitCodeOf(error, this.#context.signal));
    // It fails with every record that follows, which nobody needs to be told.
    if (error instanceof StdoutError && this.#stdoutFailed) return;
    this.#stdoutFailed ||= error instanceof StdoutError;
    reportError(this.#context, error, this.#verbose, name);
  }

  get areThere(): boolean {
    return this.#worst !== OK;
  }

  /** Whether stdout takes nothing more. */
  get stdoutFailed(): boolean {
    return this.#stdoutFailed;
  }

  /** Of the interruption, or of the worst failure, or 0. */
  get exitCode(): number {
    const { signal } = this.#context;
    return signal.aborted ? interruptionCode(signal) : this.#worst;
  }
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
