/** @file Options as tables: a command says what its options are, this file tells yargs. */

import type { Argv } from 'yargs';
import { optionError } from '../errors.ts';
import { type Limits, UNTRUSTED_LIMITS } from '../limits.ts';
import { limitList, type Parser, parseValue, path } from '../parsers.ts';

/** An option with a value. */
interface ValueOption {
  /** Heading in the help. */
  readonly group: string;
  readonly describe: string;
  readonly parser: Parser<unknown>;
  /** A single letter. */
  readonly alias?: string;
  /** What holds where the option is not given, for people. */
  readonly byDefault?: string;
  /** Leaves the parser's rule out of the help, where `describe` says it. */
  readonly terse?: true;
}

export type OptionTable = Readonly<Record<string, ValueOption>>;

/** Gives options their heading in the help. */
export function inGroup(
  group: string,
  options: Readonly<Record<string, Omit<ValueOption, 'group'>>>,
): OptionTable {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { ...option, group }]));
}

/** Where results go, in every command that writes files. */
const OUTPUT_OPTIONS = inGroup('Output:', {
  output: { alias: 'o', describe: 'the file to write; - is stdout', parser: path, terse: true },
  'out-dir': { describe: 'the folder to write into, made if missing', parser: path, terse: true },
});

export function addOutputOptions(yargs: Argv): Argv {
  return addOptions(yargs, OUTPUT_OPTIONS).option('force', {
    type: 'boolean',
    default: false,
    group: 'Output:',
    describe: 'replace existing files',
  });
}

/** What reading may cost, in every command that reads files. */
const LIMIT_OPTIONS = inGroup('Limits:', {
  limit: { describe: 'what an input may cost', parser: limitList },
});

export interface LimitArguments {
  readonly limit?: Partial<Limits> | undefined;
  readonly untrusted?: boolean | undefined;
}

export function addLimitOptions(yargs: Argv): Argv {
  return addOptions(yargs, LIMIT_OPTIONS).option('untrusted', {
    type: 'boolean',
    default: false,
    group: 'Limits:',
    describe: 'lower limits, for files of strangers; --limit changes single ones',
  });
}

/** Those that were given. */
export function limitsOf({ limit, untrusted }: LimitArguments): Partial<Limits> {
  return { ...(untrusted && UNTRUSTED_LIMITS), ...limit };
}

export function addOptions(yargs: Argv, table: OptionTable): Argv {
  for (const [name, { group, describe, parser, alias, byDefault, terse }] of Object.entries(table)) {
    yargs.option(name, {
      group,
      describe: terse ? describe : `${describe}: ${parser.expected}`,
      requiresArg: true,
      coerce: (given?: unknown) => (given === undefined ? undefined : parseGiven(`--${name}`, given, parser)),
      ...(alias !== undefined && { alias }),
      ...(byDefault !== undefined && { defaultDescription: byDefault }),
    });
  }
  return yargs;
}

/** yargs makes a list of the values of an option that is given twice. */
function parseGiven(option: string, given: unknown, parser: Parser<unknown>): unknown {
  if (Array.isArray(given)) throw optionError(option, 'one value', given.join(' and '));
  return parseValue(option, String(given), parser);
}

/** The options of a table that were given, under the names that the API has for them. */
export function givenOptions(table: OptionTable, args: object): Record<string, unknown> {
  const names = Object.keys(table).map((name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase()));
  return Object.fromEntries(
    Object.entries(args).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}
