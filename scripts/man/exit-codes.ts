/** @file The table of exit codes in README.md, their one home for people. */

/** @returns meanings by code: `['0', 'done']` */
export function exitCodesOf(readme: string): [code: string, meaning: string][] {
  const [, rows = ''] = /^\| exit code \| meaning \|\n\|[-|]+\n((?:\|.*\n)+)/m.exec(readme) ?? [];
  const codes = [...rows.matchAll(/^\| ([\d, ]+) \| (.*) \|$/gm)].map(
    ([, code = '', meaning = '']): [string, string] => [code, meaning.replaceAll('`', '')],
  );
  if (codes.length === 0) throw new Error('README.md has no table of exit codes');
  return codes;
}
