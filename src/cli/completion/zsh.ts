/** @file Completion for zsh. */

import { GENERAL_OPTIONS, isFlag, type Option, type OptionTable } from '../arguments/options.ts';
import { type Page, spellings } from '../pages.ts';

/** Works as a file `_loec` in a folder of `$fpath`, and read by `source`. */
export function zshCompletion(pages: readonly Page[]): string {
  const commands = pages.map(({ name, description }) => quoted(`${name}:${description}`));
  return `#compdef loec
# Completion of loec for zsh: save it as _loec in a folder of $fpath
_loec() {
  local curcontext=$curcontext state line
  local -a commands
  commands=(${commands.join(' ')})
  _arguments -C ${specifications(GENERAL_OPTIONS).join(' ')} '1: :->command' '*:: :->argument'
  case $state in
    command) _describe command commands;;
    argument) case $line[1] in
${pages.map(argumentsOf).join('\n')}
    esac;;
  esac
}
if [[ $funcstack[1] == _loec ]]; then _loec "$@"; else compdef _loec loec; fi
`;
}

function argumentsOf({ name, manual }: Page): string {
  const inputs = manual.inputs ? [quoted(`*:${actionOf(manual.inputs, manual.inputs.describe)}`)] : [];
  const all = [...specifications({ ...manual.options, ...GENERAL_OPTIONS }), ...inputs];
  return `      ${name}) _arguments -s -S \\\n        ${all.join(' \\\n        ')};;`;
}

function specifications(table: OptionTable): string[] {
  return Object.entries(table).map(([name, option]) => {
    const text = `[${option.describe.replace(/[[\]\\]/g, '\\$&')}]`;
    const all = spellings(name, option);
    // Once one of them is there, none is offered.
    return all
      .map((spelling) => quoted(`(${all.join(' ')})${spelling}${rest(option, spelling, name, text)}`))
      .join(' ');
  });
}

/** What follows the spelling: `=` where the value may stand behind one, the text, and the value. */
function rest(option: Option, spelling: string, name: string, text: string): string {
  if (isFlag(option) || spelling === `--no-${name}`) return text;
  return `${spelling.startsWith('--') ? '=' : ''}${text}:${actionOf(option.parser, option.parser.expected)}`;
}

interface Completed {
  readonly values?: readonly string[];
  readonly names?: 'file' | 'folder';
  readonly extensions?: readonly string[];
}

/** What is expected, and what is offered. */
function actionOf(completed: Completed, expected: string): string {
  return `${expected.replaceAll(':', '\\:')}:${offered(completed)}`;
}

function offered({ values, names, extensions }: Completed): string {
  if (values) return `(${values.join(' ')})`;
  // A single extension in parentheses would be a qualifier.
  if (extensions)
    return `_files -g "(#i)*.${extensions.length > 1 ? `(${extensions.join('|')})` : extensions[0]}"`;
  if (names === undefined) return ' ';
  return names === 'folder' ? '_files -/' : '_files';
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
