/** @file What a command is: how it is run, and what it tells of itself. */

import type { Argv } from 'yargs';
import { addOptions, type OptionTable } from './arguments/options.ts';
import type { Context } from './context.ts';

interface Inputs {
  readonly describe: string;
  /** Of files: how their names end. */
  readonly extensions?: readonly string[];
  /** All that there are, where they can be listed. */
  readonly values?: readonly string[];
  /** Whether there may be none. */
  readonly areOptional?: true;
}

/** All that the help, the man page, completion and the configuration file need of a command, as data. */
export interface Manual {
  /** What follows the command's name: `<inputs..> [options]`. */
  readonly synopsis: string;
  /** What it does, in sentences. */
  readonly description: string;
  /** Of a command that takes inputs. */
  readonly inputs?: Inputs;
  /** Its own; `COMMON_OPTIONS` come on top. */
  readonly options: OptionTable;
  /** Options that exclude each other: one on the command line sets aside those of the configuration file. */
  readonly rivals?: readonly (readonly string[])[];
  /** Each without the program's name, and what it does. */
  readonly examples: readonly (readonly [command: string, meaning: string])[];
  /** What else its users should know. */
  readonly remark?: string;
}

/** What yargs has parsed comes in, an exit code comes out. */
export interface Command {
  readonly manual: Manual;
  readonly run: (context: Context, args: never) => Promise<number>;
}

/** A command before it is loaded. */
export interface CommandEntry {
  readonly description: string;
  readonly takesInputs: boolean;
  /** Commands are loaded when they are named. */
  readonly load: () => Promise<Command>;
}

/** Tells yargs what the command's help says, and what its options are. */
export function addManual(yargs: Argv, name: string, manual: Manual): Argv {
  const { synopsis, description, inputs, options, examples, remark } = manual;
  yargs.usage(`$0 ${[name, synopsis].join(' ').trim()}\n\n${description}`);
  if (inputs) yargs.positional('inputs', { describe: inputs.describe });
  for (const [command, meaning] of examples) yargs.example(`$0 ${command}`, meaning);
  if (remark !== undefined) yargs.epilogue(remark);
  return addOptions(yargs, options);
}
