/** @file Paths of jobs stay below the root, whatever files, links and pipes lie there. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInside, whyOutside } from '../../src/farm/transfer/inside-root.ts';
import { SharedFolder } from '../../src/farm/transfer/shared-folder.ts';
import { assert, skipped, suite } from '../harness.ts';

const test = suite('inside the root');

const base = mkdtempSync(join(tmpdir(), 'loec-root-'));
const root = join(base, 'root');
const SECRET = 'of somebody else';
const NEVER = new AbortController().signal;

test.before(() => {
  for (const folder of ['root/dir/deep', 'root/.loec-farm/default/results', 'outside']) {
    mkdirSync(join(base, folder), { recursive: true });
  }
  for (const file of ['root/a.png', 'root/dir/b.png', 'root/dir/deep/ü 日.png', 'root/-', 'root/12:30.png']) {
    writeFileSync(join(base, file), file);
  }
  for (const file of ['outside/secret', 'root/.loec-farm/default/results/c.loe', 'root-beside']) {
    writeFileSync(join(base, file), SECRET);
  }
  symlinkSync('../outside/secret', join(root, 'link-out'));
  symlinkSync(join(base, 'outside'), join(root, 'folder-out'));
  symlinkSync('link-out', join(root, 'link-to-link'));
  symlinkSync('/etc/passwd', join(root, 'link-absolute'));
  symlinkSync('/dev/zero', join(root, 'link-device'));
  symlinkSync('/proc/self/environ', join(root, 'link-proc'));
  symlinkSync('.', join(root, 'link-root'));
  symlinkSync('..', join(root, 'link-up'));
  symlinkSync('circle-b', join(root, 'circle-a'));
  symlinkSync('circle-a', join(root, 'circle-b'));
  symlinkSync('nowhere', join(root, 'dangling'));
  symlinkSync('.loec-farm/default/results/c.loe', join(root, 'link-farm'));
  symlinkSync('dir/b.png', join(root, 'link-inside'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
});

test.after(() => rmSync(base, { recursive: true, force: true }));

/** What a worker reads of a job with the path. */
function read(path: string, content: string): Promise<Uint8Array> {
  const sha256 = createHash('sha256').update(content).digest('hex');
  const picture = { sha256, bytes: Buffer.byteLength(content), source: { kind: 'shared', path } as const };
  return new SharedFolder(root, 'default').fetchPicture(picture, 1e6, NEVER);
}

/** The path is refused for what it is, in words, though a hash that is right was known. */
async function assertRefused(path: string): Promise<void> {
  const error = await read(path, SECRET).then(
    () => null,
    (reason) => reason,
  );
  assert.is(error?.code, 'E_INPUT', `${error}`);
  assert.not.match(error.message, 'SHA-256');
  assert.not.match(error.message, base);
}

const HOSTILE: readonly string[] = [
  '',
  '.',
  '..',
  '/',
  '//',
  '/etc/passwd',
  '//etc/passwd',
  '../outside/secret',
  '../root-beside',
  'dir/../../outside/secret',
  'dir/../a.png',
  './a.png',
  'dir//b.png',
  'dir/./b.png',
  'dir/',
  'a.png/',
  'dir/..',
  '..\\outside\\secret',
  'dir\\b.png',
  '\\\\server\\share\\a.png',
  'C:\\a.png',
  'c:/a.png',
  'C:a.png',
  'a.png\0',
  'a.png\0.jpg',
  '\0',
  `${'a/'.repeat(2100)}a.png`,
  'a'.repeat(4097),
  'ü'.repeat(2100),
  'a'.repeat(300),
  '.loec-farm/default/results/c.loe',
  '.LOEC-FARM/default/results/c.loe',
  '.loec-farm',
  'link-out',
  'folder-out/secret',
  'link-to-link',
  'link-absolute',
  'link-device',
  'link-proc',
  'link-root',
  'link-root/link-root/link-out',
  'link-up/outside/secret',
  'link-up/root-beside',
  'link-farm',
  'circle-a',
  'dangling',
  'pipe',
  'dir',
  'nowhere',
  'a.png/b',
  '~/a.png',
  '%2e%2e/outside/secret',
  'file:///etc/passwd',
];

for (const path of HOSTILE) {
  const name = path.length > 60 ? `${path.slice(0, 20)}… of ${path.length}` : JSON.stringify(path);
  test(`refused: ${name}`, () => assertRefused(path));
}

test('files below the root are read, by links that stay in it too', async () => {
  const read1 = async (path: string, content: string) =>
    assert.is(Buffer.from(await read(path, content)).toString(), content);
  await read1('a.png', 'root/a.png');
  await read1('dir/deep/ü 日.png', 'root/dir/deep/ü 日.png');
  await read1('-', 'root/-');
  await read1('12:30.png', 'root/12:30.png');
  await read1('link-inside', 'root/dir/b.png');
  await read1('link-root/dir/b.png', 'root/dir/b.png');
});

test('a root that is reached by a link is one', async () => {
  const link = join(base, 'link-to-root');
  symlinkSync(root, link);
  await (await openInside(link, 'a.png')).close();
});

/** Puts a link in the place of a folder. */
function turn(folder: string, target: string): void {
  rmSync(folder, { recursive: true, force: true });
  symlinkSync(target, folder);
}

for (const turnsBack of [false, true]) {
  test(`a folder that becomes a link between look and open is noticed${turnsBack ? ', also when it turns back' : ''}`, async () => {
    const folder = join(root, 'turning');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    writeFileSync(join(folder, 'secret'), 'root/turning/secret');
    let isOpen = false;
    const opener: typeof open = async (path, flags) => {
      turn(folder, '../outside');
      const file = await open(path, flags);
      assert.is(await file.readFile('utf8'), SECRET);
      isOpen = true;
      if (turnsBack) {
        rmSync(folder);
        mkdirSync(folder);
        writeFileSync(join(folder, 'secret'), 'root/turning/secret');
      }
      return file;
    };
    const error = await openInside(root, 'turning/secret', opener).then(
      () => null,
      (reason) => reason,
    );
    assert.ok(isOpen);
    assert.is(error?.code, 'E_INPUT');
    rmSync(folder, { recursive: true, force: true });
  });
}

test('names that producers find are names that workers take', async () => {
  const folder = new SharedFolder(root, 'default');
  assert.equal(await folder.sourceOf(join(root, 'dir/deep/ü 日.png')), {
    kind: 'shared',
    path: 'dir/deep/ü 日.png',
  });
  assert.equal(await folder.sourceOf(join(root, 'dir/../link-inside')), {
    kind: 'shared',
    path: 'dir/b.png',
  });
});

test('producers refuse what no worker would take, and say both paths', async () => {
  const folder = new SharedFolder(root, 'default');
  writeFileSync(join(root, 'a\\b.png'), '');
  for (const name of ['../root-beside', 'link-out', '.loec-farm/default/results/c.loe', 'a\\b.png']) {
    const error = await folder.sourceOf(join(root, name)).then(
      () => null,
      (reason) => reason,
    );
    assert.is(error?.code, 'E_USAGE', `${error}`);
    assert.match(error.message, root);
    assert.match(error.message, join(root, name));
  }
  assert.is(whyOutside('a/b c.png'), null);
});

test('a file that has grown is not read to its end', async () => {
  linkSync(join(root, 'a.png'), join(root, 'grown.png'));
  const error = await read('grown.png', 'root/a.pn').then(
    () => null,
    (reason) => reason,
  );
  assert.match(error?.message, 'SHA-256');
});

if (process.platform === 'win32') skipped('inside the root', 'there are no named pipes here');
else test.run();
