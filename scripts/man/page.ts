/** @file The manual page `loec(1)` in the language mdoc, which `man` reads with groff and with mandoc. */

import { GENERAL_OPTIONS, isFlag, type Option, type OptionTable } from '../../src/cli/arguments/options.ts';
import { longName, type Page } from '../../src/cli/pages.ts';

/** What the page tells besides the commands. */
export interface Facts {
  readonly version: string;
  readonly homepage: string;
  /** The program in a line. */
  readonly summary: string;
  /** Meanings by exit code, as README.md has them. */
  readonly exitCodes: readonly (readonly [code: string, meaning: string])[];
}

const FILES: readonly (readonly [name: string, meaning: string])[] = [
  [
    'loec.config.json',
    'Options by command, as in {"encode": {"quality": 60}}. The nearest one counts, from the working folder up to the root of its project or to the home folder.',
  ],
  ['photo.loe.part', 'Where an interrupted fit of photo.loe stood: the same command goes on from it.'],
  [
    '.loec-*.tmp',
    'An output that is not yet whole, in its folder. What a killed process leaves can be deleted.',
  ],
];

const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  ['TERM', 'Where it is dumb, progress is a line now and then and not a bar.'],
  ['NO_COLOR', 'Makes no difference: nothing is coloured.'],
];

/** The whole page. */
export function manPage(pages: readonly Page[], facts: Facts): string {
  const lines = [
    // No date of its own: the same sources make the same page.
    '.Dd $Mdocdate$',
    '.Dt LOEC 1',
    `.Os ${word(`loec ${facts.version}`)}`,
    '.Sh NAME',
    '.Nm loec',
    `.Nd ${word(facts.summary)}`,
    '.Sh SYNOPSIS',
    ...pages.flatMap(({ name, manual }) => ['.Nm', words(`${name} ${manual.synopsis}`)]),
    '.Sh DESCRIPTION',
    text(`${facts.summary}.`),
    text('Options may stand before, between and after inputs. What follows -- is an input.'),
    '.Sh OPTIONS',
    ...optionList(GENERAL_OPTIONS),
    '.Sh COMMANDS',
    ...pages.flatMap(commandLines),
    '.Sh ENVIRONMENT',
    ...list(ENVIRONMENT, 'Ev'),
    '.Sh FILES',
    ...list(FILES, 'Pa'),
    '.Sh EXIT STATUS',
    ...list(facts.exitCodes, 'No'),
    '.Sh EXAMPLES',
    ...pages.flatMap(({ manual }) =>
      manual.examples.flatMap(([command, meaning]) => [
        '.Bd -literal -compact',
        text(`loec ${command}`),
        '.Ed',
        `.D1 ${word(meaning)}`,
      ]),
    ),
    '.Sh SEE ALSO',
    `.Lk ${facts.homepage}`,
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines({ name, manual }: Page): string[] {
  const groups = new Map<string, [string, Option][]>();
  for (const [option, entry] of Object.entries(manual.options)) {
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), [option, entry]]);
  }
  return [
    `.Ss ${word(`loec ${name}`)}`,
    text(manual.description),
    ...(manual.inputs ? ['.Pp', text(`Inputs: ${manual.inputs.describe}.`)] : []),
    ...[...groups].flatMap(([group, options]) => [
      '.Pp',
      text(group),
      ...optionList(Object.fromEntries(options)),
    ]),
    ...(manual.remark === undefined ? [] : ['.Pp', text(manual.remark)]),
  ];
}

function optionList(table: OptionTable): string[] {
  const items = Object.entries(table).flatMap(([name, option]) => [itemOf(name, option), meaningOf(option)]);
  return ['.Bl -tag -width Ds', ...items, '.El'];
}

/** `.It Fl q , Fl -quality Ar value` */
function itemOf(name: string, option: Option): string {
  const letter = option.alias === undefined ? '' : `Fl ${option.alias} , `;
  const value = isFlag(option) ? '' : ` Ar ${option.parser.names ?? 'value'}`;
  const negation = !isFlag(option) && option.canBeOff ? ` , Fl -no-${name}` : '';
  return `.It ${letter}Fl ${word(longName(name, option).slice(1))}${value}${negation}`;
}

function meaningOf(option: Option): string {
  const parts = [capital(option.describe)];
  if (!isFlag(option) && !option.terse) parts.push(capital(option.parser.expected));
  if (!isFlag(option) && option.byDefault !== undefined) parts.push(`Default: ${option.byDefault}`);
  return parts.map((part) => text(`${part}.`)).join('\n');
}

function list(entries: readonly (readonly [name: string, meaning: string])[], macro: string): string[] {
  const items = entries.flatMap(([name, meaning]) => [`.It ${macro} ${word(name)}`, text(capital(meaning))]);
  return ['.Bl -tag -width Ds', ...items, '.El'];
}

function capital(sentence: string): string {
  return sentence.replace(/^[a-z](?=[a-z]*( |$))/, (letter) => letter.toUpperCase());
}

/** Lines of text, a sentence each, that no line of begins like a request. */
function text(sentences: string): string {
  return escaped(sentences)
    .replace(/([.!?]) (?=[A-Z])/g, '$1\n')
    .replace(/^(?=[.'])/gm, '\\&');
}

/** An argument of a request, quoted, which is no request itself. */
function word(argument: string): string {
  return `"${escaped(argument).replaceAll('"', '""')}"`;
}

/** Words that are no requests. */
function words(arguments_: string): string {
  return `.Ar ${arguments_.trim().split(' ').map(word).join(' ')}`;
}

/** What roff would make a typographic sign of, and what is not ASCII, by name. */
const NAMES: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  '~': '\\(ti',
  '^': '\\(ha',
  '`': '\\(ga',
};

function escaped(plain: string): string {
  return plain
    .replace(/[\\~^`-]/g, (character) => NAMES[character] as string)
    .replace(/[^\0-~]/gu, (character) => `\\[u${hexOf(character)}]`);
}

function hexOf(character: string): string {
  return (character.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0');
}
