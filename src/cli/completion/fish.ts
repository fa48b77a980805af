/** @file Completion for fish from 3.0 on. */

import { GENERAL_OPTIONS, isFlag, type Option, type OptionTable } from '../arguments/options.ts';
import { longName, type Page } from '../pages.ts';

/** A line for each command, option and kind of input. */
export function fishCompletion(pages: readonly Page[]): string {
  const lines = [
    '# Completion of loec for fish: save it as ~/.config/fish/completions/loec.fish',
    'complete -c loec -f',
    ...pages.map(
      ({ name, description }) =>
        `complete -c loec -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
    ),
    ...optionLines('', GENERAL_OPTIONS),
    ...pages.flatMap(linesOf),
  ];
  return `${lines.join('\n')}\n`;
}

function linesOf({ name, manual }: Page): string[] {
  const condition = ` -n '__fish_seen_subcommand_from ${name}'`;
  return [...inputLines(condition, manual.inputs), ...optionLines(condition, manual.options)];
}

function inputLines(condition: string, inputs: Page['manual']['inputs']): string[] {
  if (!inputs) return [];
  if (inputs.values) return [`complete -c loec${condition} -a ${quoted(inputs.values.join(' '))}`];
  const suffixes = (inputs.extensions ?? []).map((extension) => `.${extension}`);
  return [`complete -c loec${condition} -k -a ${quoted(`(__fish_complete_suffix ${suffixes.join(' ')})`)}`];
}

function optionLines(condition: string, table: OptionTable): string[] {
  return Object.entries(table).flatMap(([name, option]) => {
    const text = `-d ${quoted(option.describe)}`;
    const letter = option.alias === undefined ? '' : ` -s ${option.alias}`;
    const line = `complete -c loec${condition}${letter} -l ${longName(name, option).slice(2)}${argumentOf(option)} ${text}`;
    const isNegatable = !isFlag(option) && option.canBeOff;
    return isNegatable ? [line, `complete -c loec${condition} -l no-${name} ${text}`] : [line];
  });
}

function argumentOf(option: Option): string {
  if (isFlag(option)) return '';
  const { values, names } = option.parser;
  if (values) return ` -x -a ${quoted(values.join(' '))}`;
  if (names === 'file') return ' -r -F';
  return names === 'folder' ? " -x -a '(__fish_complete_directories)'" : ' -x';
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
