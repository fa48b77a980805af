/** @file What `loec completion` prints, in the shells that it is for. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { GENERAL_OPTIONS } from '../../src/cli/arguments/options.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { loadPages, spellings } from '../../src/cli/pages.ts';
import { assert, skipped, suite } from '../harness.ts';
import { createFolder, loec } from './world.ts';

const test = suite('cli completion');

const nothing = new Uint8Array();
const folder = createFolder({ 'a.png': nothing, 'b c.JPG': nothing, 'x.loe': nothing, 't.txt': nothing });

/** Words after the program's name, the last of which is completed, and what is offered. */
const OFFERED: readonly (readonly [words: string[], offered: string[]])[] = [
  [[''], Object.keys(COMMANDS)],
  [['de'], ['decode']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [
    ['encode', '--preset', 'py'],
    ['pyramid', 'pyramid-loe', 'pyramid-seg'],
  ],
  [
    ['decode', '--engine', ''],
    ['wasm', 'webgpu'],
  ],
  [['encode', '--no-o'], ['--no-orient']],
  [['encode', 'b'], ['b c.JPG']],
  [['decode', 'x'], ['x.loe']],
  [['decode', '-o', 't'], ['t.txt']],
  [['encode', '--quality', ''], []],
];

async function scriptFor(shell: string): Promise<string> {
  const { code, stdout, stderr } = await loec(['completion', shell]);
  assert.is(code, 0, stderr);
  const path = createFolder()(`_loec.${shell}`);
  writeFileSync(path, stdout);
  return path;
}

/** What a shell's program prints, line by line. */
function linesOf(shell: string, args: readonly string[]): string[] {
  const { stdout, stderr, status } = spawnSync(shell, args, { cwd: folder(), encoding: 'utf8' });
  assert.is(status, 0, stderr);
  assert.is(stderr, '');
  return stdout.split('\n').filter((line) => line !== '');
}

/** Registers a test where the shell is there. */
function testIn(shell: string, name: string, work: () => Promise<void>): void {
  if (spawnSync(shell, ['-c', 'exit']).error) skipped(name, `needs ${shell}`);
  else test(`${shell}: ${name}`, work);
}

testIn('bash', 'offers commands, options, values and the right files', async () => {
  const script = await scriptFor('bash');
  // Nothing of what a user's shell has set up, in the mode that finds mistakes.
  const program = `set -u; source "$0"; COMP_WORDS=(loec "$@"); COMP_CWORD=$#; _loec
    printf '%s\\n' \${COMPREPLY+"\${COMPREPLY[@]}"}`;
  for (const [words, offered] of OFFERED) {
    const found = linesOf('bash', ['--norc', '-c', program, script, ...words]);
    assert.equal(found.sort(), [...offered].sort(), words.join(' '));
  }
  // Its own words are parted by the equals sign too.
  const withSign = linesOf('bash', ['--norc', '-c', program, script, 'encode', '--preset', '=', 'fl']);
  assert.equal(withSign, ['flat']);
});

testIn('fish', 'offers commands, options, values and files', async () => {
  const script = await scriptFor('fish');
  for (const [words, offered] of OFFERED) {
    const line = ['loec', ...words].join(' ');
    const found = linesOf('fish', ['--no-config', '-c', `source ${script}; complete -C "${line}"`]);
    const values = found.map((text) => text.split('\t')[0]);
    assert.equal(values.sort(), [...offered].sort(), line);
  }
});

testIn('zsh', 'takes the script', async () => {
  const script = await scriptFor('zsh');
  assert.equal(linesOf('zsh', ['-f', '-n', script]), []);
  // Read by `source` it registers the function.
  const program = `compdef() { print -r -- "$@"; }; source ${script}`;
  assert.equal(linesOf('zsh', ['-f', '-c', program]), ['_loec loec']);
});

test('every option of every command is in every script', async () => {
  const pages = await loadPages(COMMANDS);
  for (const shell of ['bash', 'zsh', 'fish']) {
    const script = (await loec(['completion', shell])).stdout.toString();
    for (const { name, manual } of pages) {
      for (const [option, entry] of Object.entries({ ...manual.options, ...GENERAL_OPTIONS })) {
        for (const spelling of spellings(option, entry).filter((text) => text.startsWith('--'))) {
          const written = shell === 'fish' ? `-l ${spelling.slice(2)} ` : spelling;
          assert.ok(script.includes(written), `${shell}: ${name} ${spelling}`);
        }
      }
    }
  }
});

test.run();
