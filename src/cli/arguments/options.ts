/** @file Options as tables: a command says what its options are, this file tells yargs. */

import type { Argv } from 'yargs';
import { optionError } from '../../errors.ts';
import { type Limits, UNTRUSTED_LIMITS } from '../../limits.ts';
import { folder, limitList, type Parser, parseValue, path } from '../../parsers.ts';

interface OptionText {
  /** Heading in the help. */
  readonly group: string;
  readonly describe: string;
  /** A single letter. */
  readonly alias?: string;
}

/** An option with a value. */
export interface ValueOption extends OptionText {
  readonly parser: Parser<unknown>;
  /** What holds where the option is not given, for people. */
  readonly byDefault?: string;
  /** Leaves the parser's rule out of the help, where `describe` says it. */
  readonly terse?: true;
  /** Whether `--no-` before its name is understood, which makes the value false. */
  readonly canBeOff?: true;
}

/** An option without a value. */
interface FlagOption extends OptionText {
  /** What holds where the option is not given. One that is `on` is taken back with `--no-` before its name, as `describe` says. */
  readonly flag: 'off' | 'on';
}

export type Option = ValueOption | FlagOption;

export type OptionTable = Readonly<Record<string, Option>>;

/** Gives options their heading in the help. */
export function inGroup(
  group: string,
  options: Readonly<Record<string, Omit<ValueOption, 'group'> | Omit<FlagOption, 'group'>>>,
): OptionTable {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { ...option, group }]));
}

export function isFlag(option: Option): option is FlagOption {
  return 'flag' in option;
}

/** What all commands have. */
export const COMMON_OPTIONS = inGroup('Options:', {
  json: { describe: 'one JSON object per line on stdout', flag: 'off' },
  quiet: { describe: 'no progress and no summary; errors remain', flag: 'off' },
  verbose: { alias: 'v', describe: 'what is chosen by itself, and stack traces', flag: 'off' },
  config: {
    describe: 'the file of options, in place of the nearest loec.config.json; --no-config reads none',
    parser: path,
    terse: true,
    canBeOff: true,
  },
});

/** What yargs adds to every command. */
const HELP_OPTIONS = inGroup('Options:', {
  help: { alias: 'h', describe: 'show the help', flag: 'off' },
  version: { describe: 'show the version', flag: 'off' },
});

/** What is understood with every command, and without one. */
export const GENERAL_OPTIONS: OptionTable = { ...COMMON_OPTIONS, ...HELP_OPTIONS };

/** Where results go, in every command that writes files. */
export const OUTPUT_OPTIONS = inGroup('Output:', {
  output: { alias: 'o', describe: 'the file to write; - is stdout', parser: path, terse: true },
  'out-dir': { describe: 'the folder to write into, made if missing', parser: folder, terse: true },
  force: { describe: 'replace existing files', flag: 'off' },
});

/** What belongs to a folder, in every command that takes folders. */
export const SEARCH_OPTIONS = inGroup('Many files:', {
  recursive: { alias: 'r', describe: 'of folders, what is in the folders in them, too', flag: 'off' },
});

/** What reading may cost, in every command that reads files. */
export const LIMIT_OPTIONS = inGroup('Limits:', {
  limit: { describe: 'what an input may cost', parser: limitList },
  untrusted: { describe: 'lower limits, for files of strangers; --limit changes single ones', flag: 'off' },
});

export interface LimitArguments {
  readonly limit?: Partial<Limits> | undefined;
  readonly untrusted?: boolean | undefined;
}

/** Those that were given. */
export function limitsOf({ limit, untrusted }: LimitArguments): Partial<Limits> {
  return { ...(untrusted && UNTRUSTED_LIMITS), ...limit };
}

export function addOptions(yargs: Argv, table: OptionTable): Argv {
  for (const [name, option] of Object.entries(table)) {
    const { group, alias } = option;
    const text = { group, describe: describeOption(option), ...(alias !== undefined && { alias }) };
    if (isFlag(option)) yargs.option(name, { ...text, type: 'boolean' });
    else {
      const { parser, byDefault, canBeOff } = option;
      yargs.option(name, {
        ...text,
        requiresArg: true,
        coerce: (given?: unknown) =>
          given === undefined || (canBeOff && given === false)
            ? given
            : parseGiven(`--${name}`, given, parser),
        ...(byDefault !== undefined && { defaultDescription: byDefault }),
      });
    }
  }
  return yargs;
}

/** What an option does, and which values it takes. */
function describeOption(option: Option): string {
  if (isFlag(option) || option.terse) return option.describe;
  return `${option.describe}: ${option.parser.expected}`;
}

/** yargs makes a list of the values of an option that is given twice. */
function parseGiven(option: string, given: unknown, parser: Parser<unknown>): unknown {
  if (Array.isArray(given))
    throw optionError(option, 'one value', parser.isSecret ? given.length : given.join(' and '));
  return parseValue(option, String(given), parser);
}

/** What flags are where they were not given. Of a flag that is given twice the last one holds. */
export function flagsOf(
  table: OptionTable,
  args: Readonly<Record<string, unknown>>,
): Record<string, boolean> {
  const flags = Object.entries(table).filter(([, option]) => isFlag(option)) as [string, FlagOption][];
  return Object.fromEntries(
    flags.map(([name, { flag }]) => {
      const given = args[name];
      const last = Array.isArray(given) ? given.at(-1) : given;
      return [propertyOf(name), (last ?? flag === 'on') as boolean];
    }),
  );
}

/** The options of a table that were given, under the names that the API has for them. */
export function givenOptions(table: OptionTable, args: object): Record<string, unknown> {
  const names = Object.keys(table).map(propertyOf);
  return Object.fromEntries(
    Object.entries(args).filter(([name, value]) => names.includes(name) && value !== undefined),
  );
}

/** An option's name in programs: `segment-layer` is `segmentLayer`. */
export function propertyOf(name: string): string {
  return name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}
