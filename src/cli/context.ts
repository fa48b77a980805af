/** @file The world as a command sees it, so that tests can run commands without a process. */

import type { Readable, Writable } from 'node:stream';
import { LoecError } from '../errors.ts';
import { reasonOf } from './files/file-errors.ts';
import { printable, toJsonLine } from './terminal/printable.ts';

/** A stream that may be a terminal. */
type Terminal = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface Context {
  readonly stdin: Readable;
  /** Data only. */
  readonly stdout: Terminal;
  /** Progress and messages. What can't be written there is lost, and the work goes on. */
  readonly stderr: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C and by the signals that end a program; its reason is the signal's name. */
  readonly signal: AbortSignal;
  /** Does work that a first signal does not end by force before it is done: it hears the signal by itself. */
  readonly whileSaving: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** The same world for work that an interruption does not stop. */
export function uninterrupted(context: Context): Context {
  return { ...context, signal: new AbortController().signal };
}

/** What all commands share. */
export interface CommonArguments {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** stdout takes nothing more. The files that are still to be written do not need it. */
export class StdoutError extends LoecError {
  constructor(cause: NodeJS.ErrnoException) {
    const reason = cause.code === 'EPIPE' ? 'its reader has gone' : reasonOf(cause);
    super('E_INPUT', `stdout can't be written: ${reason}`, { cause });
  }
}

/** Waits until the text is written. @throws StdoutError */
export function writeStdout({ stdout }: Context, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.write(text, (error) => (error ? reject(new StdoutError(error)) : resolve()));
  });
}

/** One line of JSON on stdout. @throws StdoutError */
export function writeJson(context: Context, record: object): Promise<void> {
  return writeStdout(context, `${toJsonLine(record)}\n`);
}

/** A line on stderr, unless the user wants quiet. */
export function say({ stderr }: Context, { quiet }: CommonArguments, line: string): void {
  if (!quiet) stderr.write(`${printable(line)}\n`);
}
