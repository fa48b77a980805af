/** @file What yargs would take in silence, or tell badly. */

import { LoecError, optionError } from '../../errors.ts';
import { isFlag, type OptionTable, propertyOf } from './options.ts';
import { suggestion } from './suggestion.ts';

/** Options that are answered without a command. */
const ASKS_FOR_TEXT: readonly string[] = ['--help', '-h', '--version'];

/** A value right behind the letter of its option; numbers are understood there. */
const GLUED = /^-(o(?!=)|q(?![=\d])).+$/;

/**
 * Of arguments without a command.
 * @throws LoecError E_USAGE for a word that is none
 */
export function checkCommand(argv: readonly string[], commands: readonly string[]): void {
  const word = argv.find((argument) => !argument.startsWith('-'));
  if (word === undefined || argv.some((argument) => ASKS_FOR_TEXT.includes(argument))) return;
  throw new LoecError('E_USAGE', `there is no command ${word}${commandFor(word, commands)}`);
}

/** What whoever names a file first may want of it. */
function commandFor(word: string, commands: readonly string[]): string {
  const [extension = ''] = /\.\w{2,5}$/.exec(word) ?? [];
  if (extension !== '') {
    return `: did you mean loec ${extension.toLowerCase() === '.loe' ? 'decode' : 'encode'} ${word}?`;
  }
  return suggestion(word, commands) || '; see --help';
}

/**
 * @param owner whose options they are, for messages
 * @param table all that may be meant
 * @throws LoecError E_USAGE
 */
export function checkArguments(argv: readonly string[], owner: string, table: OptionTable): void {
  for (const argument of argv) {
    if (argument === '--') return;
    checkGlued(argument);
    if (argument.startsWith('--')) checkLong(argument, owner, table);
    else if (/^-[a-zA-Z]/.test(argument)) checkLetters(argument, owner, table);
  }
}

/** yargs takes the letters of `-on.loe` for an option each. */
function checkGlued(argument: string): void {
  if (!GLUED.test(argument)) return;
  const long = argument[1] === 'o' ? '--output' : '--quality';
  const expected = `its value after a space, as in ${argument.slice(0, 2)} ${argument.slice(2)},`;
  throw optionError(long, expected, argument);
}

function checkLong(argument: string, owner: string, table: OptionTable): void {
  const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
  const known = Object.keys(table).flatMap((option) => spellingsOf(option, table));
  if (!known.includes(`--${name}`)) throw unknownOption(`--${name}`, owner, known);
  const option = Object.entries(table).find(([other]) => other === name)?.[1];
  // yargs would make false of anything but true.
  if (value !== undefined && option && isFlag(option) && !['true', 'false'].includes(value)) {
    throw optionError(`--${name}`, 'no value', value);
  }
}

/** All that yargs understands: also the name as programs have it, and what takes an option back. */
function spellingsOf(name: string, table: OptionTable): string[] {
  const option = table[name];
  const isNegatable = option && (isFlag(option) || option.canBeOff);
  return [`--${name}`, `--${propertyOf(name)}`, ...(isNegatable ? [`--no-${name}`] : [])];
}

/** Letters may stand together, up to one that has a value. */
function checkLetters(argument: string, owner: string, table: OptionTable): void {
  for (const letter of argument.slice(1).replace(/[^a-zA-Z].*$/s, '')) {
    const option = Object.values(table).find(({ alias }) => alias === letter);
    if (!option) throw unknownOption(`-${letter}`, owner, []);
    if (!isFlag(option)) return;
  }
}

function unknownOption(written: string, owner: string, known: readonly string[]): LoecError {
  const meant = suggestion(written, known);
  return new LoecError('E_USAGE', `${owner} has no option ${written}${meant || '; see --help'}`);
}
