/** @file Completion for bash from 3.2 on, which macOS has. */

import {
  GENERAL_OPTIONS,
  isFlag,
  type Option,
  type OptionTable,
  type ValueOption,
} from '../arguments/options.ts';
import { type Page, spellings } from '../pages.ts';

/** The script looks at the words before the cursor; loec itself is not started. */
export function bashCompletion(pages: readonly Page[]): string {
  const names = pages.map(({ name }) => name);
  return `# Completion of loec for bash: save it as ~/.local/share/bash-completion/completions/loec
_loec_add() { local line; while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$@"); }
_loec_files() {
  local extension
  for extension in "$@"; do _loec_add -f -X "!*.$extension" -- "$current"; done
  _loec_add -d -- "$current"
  [[ \${#COMPREPLY[@]} -gt 0 ]] || _loec_add -f -- "$current"
}
_loec() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= word
  # An equals sign is a word of its own to bash.
  if [[ $current == = ]]; then current=
  elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${names.join('|')}) command=$word; break;; esac
  done
  COMPREPLY=()
  case "$command $previous" in
${pages.flatMap(valuesOf).join('\n')}
  esac
  case "$command $current" in
${pages.map(optionNames).join('\n')}
    ' -'*) _loec_add -W '${wordsOf(GENERAL_OPTIONS)}' -- "$current";;
${pages.map(inputsOf).join('\n')}
    *) _loec_add -W '${names.join(' ')}' -- "$current";;
  esac
}
complete -o filenames -F _loec loec
`;
}

/** Cases of what may follow the command's options: of those that take the same the names stand together. */
function valuesOf({ name, manual }: Page): string[] {
  const patterns = new Map<string, string[]>();
  for (const [option, { alias, parser }] of Object.entries({ ...manual.options, ...GENERAL_OPTIONS }).filter(
    isValue,
  )) {
    const action = actionOf(parser);
    const written = [`--${option}`, ...(alias === undefined ? [] : [`-${alias}`])];
    patterns.set(action, [
      ...(patterns.get(action) ?? []),
      ...written.map((spelling) => `'${name} ${spelling}'`),
    ]);
  }
  return [...patterns].map(([action, names]) => `    ${names.join('|')}) ${action}return;;`);
}

function isValue(entry: [string, Option]): entry is [string, ValueOption] {
  return !isFlag(entry[1]);
}

function actionOf({ values, names }: ValueOption['parser']): string {
  if (values) return `_loec_add -W '${values.join(' ')}' -- "$current"; `;
  if (names === undefined) return '';
  return `_loec_add ${names === 'folder' ? '-d' : '-f'} -- "$current"; `;
}

function optionNames({ name, manual }: Page): string {
  return `    '${name} -'*) _loec_add -W '${wordsOf({ ...manual.options, ...GENERAL_OPTIONS })}' -- "$current";;`;
}

function wordsOf(table: OptionTable): string {
  return Object.entries(table)
    .flatMap(([name, option]: [string, Option]) => spellings(name, option))
    .filter((spelling) => spelling.startsWith('--'))
    .join(' ');
}

function inputsOf({ name, manual: { inputs } }: Page): string {
  const extensions = (inputs?.extensions ?? []).flatMap((extension) => [extension, extension.toUpperCase()]);
  let action = '';
  if (inputs?.values) action = `_loec_add -W '${inputs.values.join(' ')}' -- "$current"`;
  else if (inputs) action = `_loec_files ${extensions.join(' ')}`;
  return `    '${name} '*) ${action};;`;
}
