/** @file All commands with what they tell of themselves, for what is made of all: completion and the man page. */

import { isFlag, type Option } from './arguments/options.ts';
import type { CommandEntry, Manual } from './command.ts';

export interface Page {
  readonly name: string;
  /** What the command does, in a few words. */
  readonly description: string;
  readonly manual: Manual;
}

export function loadPages(commands: Readonly<Record<string, CommandEntry>>): Promise<Page[]> {
  const entries = Object.entries(commands).map(async ([name, { description, load }]) => {
    return { name, description, manual: (await load()).manual };
  });
  return Promise.all(entries);
}

/** An option's name as it changes something: `--quality`, `--no-orient`. */
export function longName(name: string, option: Option): string {
  return isFlag(option) && option.flag === 'on' ? `--no-${name}` : `--${name}`;
}

/** All ways to write an option, the letter first. */
export function spellings(name: string, option: Option): string[] {
  const letter = option.alias === undefined ? [] : [`-${option.alias}`];
  const negation = !isFlag(option) && option.canBeOff ? [`--no-${name}`] : [];
  return [...letter, longName(name, option), ...negation];
}
