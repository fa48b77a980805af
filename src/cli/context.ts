/** @file The world as a command sees it, so that tests can run commands without a process. */

import type { Readable, Writable } from 'node:stream';

/** A stream that may be a terminal. */
type Terminal = Writable & { readonly isTTY?: boolean; readonly columns?: number };

export interface Context {
  readonly stdin: Readable;
  /** Data only. */
  readonly stdout: Terminal;
  /** Progress and messages. */
  readonly stderr: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What all commands share. */
export interface CommonArguments {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** One line of JSON on stdout. JSON has no Infinity: it becomes null. */
export function writeJson(context: Context, record: object): void {
  context.stdout.write(`${JSON.stringify(record)}\n`);
}

/** A line on stderr, unless the user wants quiet. */
export function say(context: Context, { quiet }: CommonArguments, line: string): void {
  if (!quiet) context.stderr.write(`${line}\n`);
}
