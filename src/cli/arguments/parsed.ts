/** @file From what yargs has parsed to what commands are given. */

import { LoecError } from '../../errors.ts';
import type { Manual } from '../command.ts';
import { type CommonArguments, type Context, say } from '../context.ts';
import { DASH } from '../files/input.ts';
import { besides, readSettings } from './config.ts';
import { COMMON_OPTIONS, flagsOf, type OptionTable, propertyOf } from './options.ts';

/** yargs drops a bare `-` (yargs-parser issue 381); it goes through under a name that no file has. */
export const DASH_IN_DISGUISE = '\u0000-';

type Given = Readonly<Record<string, unknown>>;

interface Completed {
  readonly args: CommonArguments;
  /** What the configuration file has added: `loec.config.json sets --effort 7`. */
  readonly added: string | null;
}

/**
 * Inputs, values, and flags as booleans, with what the configuration file says of those that the command line does not have.
 * @throws LoecError E_USAGE, and E_INPUT for a configuration file that can't be read
 */
export function completeArguments(
  context: Context,
  command: string,
  manual: Manual,
  parsed: Given,
): Completed {
  const given = revealDashes(parsed);
  const table: OptionTable = { ...manual.options, ...COMMON_OPTIONS };
  const settings = readSettings(command, manual, given.config as string | false | undefined);
  const set = settings ? besides(settings, manual, (name) => given[name] !== undefined) : {};
  const byProperty = Object.entries(set).map(([name, value]) => [propertyOf(name), value]);
  const args = {
    ...given,
    ...(manual.inputs && { inputs: inputsOf(given, manual) }),
    ...Object.fromEntries(byProperty),
    ...flagsOf(table, { ...given, ...set }),
  } as unknown as CommonArguments;
  const added = settings && `${settings.file} sets ${describe(set) || 'nothing'}`;
  if (args.verbose) say(context, args, added ?? 'no loec.config.json is read');
  return { args, added };
}

function describe(set: Given): string {
  return Object.entries(set)
    .map(([name, value]) =>
      typeof value === 'boolean' ? `--${value ? '' : 'no-'}${name}` : `--${name} ${value}`,
    )
    .join(' ');
}

/** Inputs after `--` are left among the words that yargs made nothing of, behind the command's name. */
function inputsOf({ inputs = [], _: words }: Given, { inputs: expected }: Manual): string[] {
  const all = [...(inputs as string[]), ...(words as string[]).slice(1)];
  if (all.length > 0 || expected?.areOptional) return all;
  const what = expected?.values
    ? `one of ${expected.values.join(', ')}`
    : 'at least one file, or - for stdin';
  throw new LoecError('E_USAGE', `expected ${what}; see --help`);
}

function revealDashes(args: Given): Given {
  const reveal = (value: unknown): unknown => (value === DASH_IN_DISGUISE ? DASH : value);
  const entries = Object.entries(args).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(reveal) : reveal(value),
  ]);
  return Object.fromEntries(entries);
}
