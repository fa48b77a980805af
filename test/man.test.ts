/** @file The manual page: it tells of every option and exit code, and those who read such pages have nothing to complain of. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import manifest from '../package.json' with { type: 'json' };
import { exitCodesOf } from '../scripts/man/exit-codes.ts';
import { manPage } from '../scripts/man/page.ts';
import { GENERAL_OPTIONS } from '../src/cli/arguments/options.ts';
import { COMMANDS } from '../src/cli/commands.ts';
import { loadPages, spellings } from '../src/cli/pages.ts';
import { assert, skipped, suite } from './harness.ts';

const test = suite('man page');

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const exitCodes = exitCodesOf(readme);
const pages = await loadPages(COMMANDS);
const facts = { version: '1.2.3', homepage: 'https://example.org', summary: 'A codec', exitCodes };
const page = manPage(pages, facts);

test('a README without the table is noticed', () => {
  assert.throws(() => exitCodesOf('# loec\n'), /no table of exit codes/);
});

test('every option of every command has an item', () => {
  for (const { name, manual } of pages) {
    const section = page.split(`.Ss "loec ${name}"\n`)[1]?.split(/^\.S[sh] /m)[0] ?? '';
    for (const [option, entry] of Object.entries(manual.options)) {
      const spelling = (spellings(option, entry)[entry.alias === undefined ? 0 : 1] as string).slice(1);
      assert.match(section, `Fl "${spelling.replaceAll('-', '\\-')}"`, name);
    }
  }
});

/** The page as a reader sees it, on lines without end; null where the program is not there. */
function shownBy(program: string, args: readonly string[]): string | null {
  const { stdout, stderr, status, error } = spawnSync(program, args, { input: page, encoding: 'utf8' });
  if (error) return null;
  assert.is(status, 0, stderr + stdout);
  assert.is(stderr, '');
  return stdout;
}

const READERS: Readonly<Record<string, readonly string[]>> = {
  groff: ['-ww', '-mdoc', '-Tascii', '-P-c', '-rLL=1000n'],
  mandoc: ['-Tascii', '-Owidth=1000'],
};

for (const [program, args] of Object.entries(READERS)) {
  if (spawnSync(program, ['-v']).error) {
    skipped('the page is read without a complaint', `needs ${program}`);
    continue;
  }
  test(`${program} reads it and shows every option, example and exit code`, () => {
    // Bold is a letter over itself.
    const shown = (shownBy(program, args) ?? '').replace(/.[\b]/g, '');
    for (const { name, manual } of pages) {
      const section = shown.split(`   loec ${name}\n`)[1]?.split(/\n {3}loec |\n[A-Z]/)[0] ?? '';
      for (const [option, entry] of Object.entries(manual.options)) {
        for (const spelling of spellings(option, entry))
          assert.match(section, spelling, `${name} ${spelling}`);
      }
      for (const [command] of manual.examples) assert.match(shown, `loec ${command}`);
    }
    for (const [option, entry] of Object.entries(GENERAL_OPTIONS)) {
      for (const spelling of spellings(option, entry)) assert.match(shown, spelling);
    }
    for (const [code, meaning] of exitCodes)
      assert.match(shown, new RegExp(`^ +${code}\\s+.${meaning.slice(1, 20)}`, 'm'));
  });
}

if (!spawnSync('mandoc', ['-v']).error) {
  test('mandoc has no warning', () => {
    assert.is(shownBy('mandoc', ['-T', 'lint', '-W', 'warning']), '');
  });
}

test('npm finds it where the build writes it', () => {
  // A text alone npm 11 does not install.
  assert.equal(manifest.man, ['./dist/man/loec.1']);
  assert.match(manifest.scripts.build, /npm run man$/);
});

test.run();
