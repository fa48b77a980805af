/**
 * @file Options from `loec.config.json`, the nearest one from the working folder upward. Whoever made the folder may
 * have written it, so it sets nothing that names, replaces or runs a file, raises a limit or keeps what a picture tells of its owner.
 */

import { existsSync, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { LoecError, optionError } from '../../errors.ts';
import { AN_OBJECT } from '../../options.ts';
import { parseValue } from '../../parsers.ts';
import type { Manual } from '../command.ts';
import { reasonOf } from '../files/file-errors.ts';
import { COMMON_OPTIONS, isFlag, type Option, type OptionTable } from './options.ts';
import { suggestion } from './suggestion.ts';

const CONFIG_NAME = 'loec.config.json';

/** More is no file of options. */
const MOST_BYTES = 1 << 16;

/** Of all commands that make a file of each input. */
const BATCH = ['skip-existing', 'fail-fast', 'preserve'];

/** What a file may set; whatever is not here is for the command line. */
const SETTABLE: Readonly<Record<string, readonly string[]>> = {
  encode: [
    ...['quality', 'bpp', 'size', 'psnr', 'ssimulacra2'],
    ...['tune', 'effort', 'steps', 'seed', 'engine', 'threads'],
    ...['preset', 'width', 'depth', 'segment-layer', 'thresholds', 'weights'],
    ...['orient', 'icc', 'resume', 'best-so-far', 'verify', 'skip-if-larger', 'untrusted'],
    ...BATCH,
  ],
  decode: ['scale', 'width', 'height', 'engine', 'threads', 'untrusted', ...BATCH],
  info: ['untrusted'],
  compare: ['untrusted'],
};

/** For all commands. */
const SETTABLE_FOR_ALL = ['quiet', 'verbose'];

/** Options that a file sets, by name: values as their parsers give them. */
interface Settings {
  /** As messages name it. */
  readonly file: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * @param given the file that the user named, or false where none is wanted
 * @returns null where there is no file
 * @throws LoecError E_INPUT for one that can't be read, E_USAGE for what is wrong in it
 */
export function readSettings(
  command: string,
  { options }: Manual,
  given: string | false | undefined,
): Settings | null {
  if (!Object.hasOwn(SETTABLE, command) || given === false) return null;
  const file = given ?? findConfig(process.cwd());
  if (file === null) return null;
  const sections = readJson(file);
  const own = checkObject(file, command, sections[command] ?? {});
  return { file, values: { ...commonValues(file, sections), ...ownValues(file, command, options, own) } };
}

/** Of all commands; the names of sections are looked at too. */
function commonValues(file: string, sections: object): Record<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [key, value] of Object.entries(sections)) {
    const option = SETTABLE_FOR_ALL.includes(key) ? COMMON_OPTIONS[key] : undefined;
    if (option) values.set(key, valueOfKey(file, key, option, value));
    else if (!Object.hasOwn(SETTABLE, key)) {
      throw unknownKey(file, key, [...SETTABLE_FOR_ALL, ...Object.keys(SETTABLE)]);
    }
  }
  return Object.fromEntries(values);
}

/** Of the command. Other sections are looked at when their commands run. */
function ownValues(
  file: string,
  command: string,
  options: OptionTable,
  section: object,
): Record<string, unknown> {
  const settable = SETTABLE[command] as readonly string[];
  const entries = Object.entries(section).map(([name, value]) => {
    const key = `${command}.${name}`;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!option) {
      throw unknownKey(
        file,
        key,
        settable.map((known) => `${command}.${known}`),
      );
    }
    if (!settable.includes(name)) {
      throw new LoecError('E_USAGE', `${file}: ${key} is for the command line alone: --${name}`);
    }
    return [name, valueOfKey(file, key, option, value)];
  });
  return Object.fromEntries(entries);
}

/**
 * The nearest file from the folder upward, up to the root of its project or the user's home; outside of both only the folder itself is
 * looked at, since what lies above may be anybody's.
 */
export function findConfig(folder: string, home = homedir()): string | null {
  const root = rootOf(folder, home) ?? folder;
  for (let place = folder; ; place = dirname(place)) {
    const path = join(place, CONFIG_NAME);
    if (existsSync(path)) return relative(folder, path);
    if (place === root) return null;
  }
}

/** What the root of a project has. */
const ROOTS = ['.git', 'package.json'];

function rootOf(folder: string, home: string): string | null {
  if (folder === home || ROOTS.some((name) => existsSync(join(folder, name)))) return folder;
  const parent = dirname(folder);
  return parent === folder ? null : rootOf(parent, home);
}

function readJson(file: string): Record<string, unknown> {
  let text: string;
  try {
    const status = statSync(file);
    if (!status.isFile()) throw new Error('it is not a file');
    if (status.size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`);
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LoecError('E_INPUT', `${file} can't be read: ${reasonOf(cause)}`, { cause });
  }
  return checkObject(file, 'the whole', parseJson(file, text)) as Record<string, unknown>;
}

function parseJson(file: string, text: string): unknown {
  try {
    // Editors of Windows begin with a mark of the encoding.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new LoecError('E_USAGE', `${file} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

function checkObject(file: string, key: string, value: unknown): object {
  if (AN_OBJECT.accepts(value)) return value as object;
  throw optionError(`${key} of ${file}`, 'an object {…}', shown(value));
}

/** As an error names it: of a list or an object, that it is one. */
function shown(value: unknown): unknown {
  return typeof value === 'string' ? JSON.stringify(value) : value;
}

function unknownKey(file: string, key: string, known: readonly string[]): LoecError {
  const meant = suggestion(key, known) || `; it may have ${known.join(', ')}`;
  return new LoecError('E_USAGE', `${file}: there is no option ${key}${meant}`);
}

/** By the rule that the command line has for it. */
function valueOfKey(file: string, key: string, option: Option, value: unknown): unknown {
  const place = `${key} in ${file}`;
  if (isFlag(option)) {
    if (typeof value === 'boolean') return value;
    throw optionError(place, 'true or false', shown(value));
  }
  if (typeof value === 'number' || typeof value === 'string') {
    return parseValue(place, String(value), option.parser);
  }
  throw optionError(place, option.parser.expected, shown(value));
}

/**
 * The settings that hold beside what the command line has: of options that exclude each other one there sets aside those of the file.
 * @param isGiven whether the command line has the option
 */
export function besides(
  { values }: Settings,
  { rivals = [] }: Manual,
  isGiven: (name: string) => boolean,
): Record<string, unknown> {
  const setAside = rivals.filter((names) => names.some(isGiven)).flat();
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => !isGiven(name) && !setAside.includes(name)),
  );
}
