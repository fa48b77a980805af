/** @file Folders and patterns as inputs. */

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { findInputs, PICTURES } from '../../src/cli/files/inputs.ts';
import { assert, suite } from '../harness.ts';
import { createFolder } from './world.ts';

const test = suite('cli inputs');

/** A folder with empty files of these names, also in folders below it. */
function createTree(...names: string[]): (name?: string) => string {
  const folder = createFolder();
  for (const name of names) {
    mkdirSync(dirname(folder(name)), { recursive: true });
    writeFileSync(folder(name), '');
  }
  return folder;
}

async function find(
  folder: (name?: string) => string,
  inputs: string[],
  recursive = false,
): Promise<string[]> {
  const found = await findInputs({ inputs: inputs.map(folder), recursive }, PICTURES);
  return found.map(({ input }) => input.slice(folder().length + (folder().endsWith('/') ? 0 : 1)));
}

async function failureOf(folder: (name?: string) => string, input: string): Promise<string> {
  const error = await find(folder, [input]).then(
    () => assert.unreachable('it did not fail') as never,
    (thrown) => thrown,
  );
  assert.is(error.code, 'E_INPUT');
  return error.message;
}

test('a folder is the pictures directly in it, in natural order, without what is hidden', async () => {
  const folder = createTree(
    'a10.png',
    'a2.JPG',
    'b.txt',
    '.c.png',
    '.loec-1.tmp',
    'd.loe',
    'e/f.webp',
    'g.heic',
  );
  assert.equal(await find(folder, ['']), ['a2.JPG', 'a10.png', 'g.heic']);
});

test('with --recursive all that lie below it, and where they lie', async () => {
  const folder = createTree('z.png', 'x/b.png', 'x/y/a.tiff', '.hidden/c.png', 'x/.d/e.png');
  const found = await findInputs({ inputs: [folder()], recursive: true }, PICTURES);
  assert.equal(
    found.map(({ below }) => below),
    ['x', 'x/y', ''],
  );
  assert.equal(await find(folder, ['x'], true), ['x/b.png', 'x/y/a.tiff']);
});

test('links to folders are followed only by name, links to files always', async () => {
  const folder = createTree('real/a.png');
  symlinkSync('..', folder('real/up'));
  symlinkSync('real', folder('link'));
  symlinkSync('a.png', folder('real/b.png'));
  assert.equal(await find(folder, [''], true), ['real/a.png', 'real/b.png']);
  assert.equal(await find(folder, ['link'], true), ['link/a.png', 'link/b.png']);
  // Of several names the shortest, and an end although there is a circle.
  assert.equal(await find(folder, ['real/**/a.png']), ['real/a.png']);
});

test('a pattern is what no file is named', async () => {
  const folder = createTree(
    'a[1].png',
    'a1.png',
    'b [2]/c1.png',
    'b [2]/c2.png',
    'b [2]/notes.txt',
    'd.loe.part',
  );
  assert.equal(await find(folder, ['a[1].png']), ['a[1].png']);
  assert.equal(await find(folder, ['a[0-9].png']), ['a1.png']);
  assert.equal(await find(folder, ['b [2]/c?.png']), ['b [2]/c1.png', 'b [2]/c2.png']);
  assert.equal(await find(folder, ['b [2]/*']), ['b [2]/c1.png', 'b [2]/c2.png']);
  assert.equal(await find(folder, ['b [2]/*.txt']), ['b [2]/notes.txt']);
  assert.equal(await find(folder, ['missing.png']), ['missing.png']);
  assert.match(await failureOf(folder, '*.loe.part'), /matches no files/);
});

test('a file that is found twice is one, one that is named twice is two', async () => {
  const folder = createTree('a.png', 'b.png');
  assert.equal(await find(folder, ['b.png', '', '*.png']), ['b.png', 'a.png']);
  assert.equal(await find(folder, ['b.png', 'b.png']), ['b.png', 'b.png']);
});

test('a folder or pattern without pictures is told', async () => {
  const folder = createTree('x/a.png', 'b.txt');
  assert.match(await failureOf(folder, ''), /expected pictures \(png, .*found none; --recursive/);
  assert.match(
    await failureOf(folder, '*.gif'),
    /\*\.gif: no such file, and as a pattern it matches no files/,
  );
  assert.match(await failureOf(folder, '*'), /as a pattern it matches no pictures/);
});

test.run();
