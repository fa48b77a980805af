import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderScene } from '../corpus/generate.ts';
import manifest from '../corpus/kodak.json' with { type: 'json' };
import { bringPictures, fetchPicture, linkPicture } from '../corpus/kodak.ts';
import { SCENES } from '../corpus/scenes.ts';
import { readPng } from '../src/image/png/read.ts';
import { assert, skipped, suite } from './harness.ts';

const test = suite('corpus');
const CORPUS = new URL('../corpus/', import.meta.url);
const KODAK = new URL('../../shared/kodak/', import.meta.url);

for (const scene of SCENES) {
  test(`${scene.name}.png is what the generator paints`, async () => {
    const name = `${scene.name}.png`;
    const { raster } = await readPng(readFileSync(new URL(name, CORPUS)), { name });
    const { data, ...painted } = renderScene(scene);
    assert.equal({ ...raster, data: null }, { ...painted, data: null });
    // Math.sin and Math.exp may differ between machines in the last bit, and so a sample by one level.
    const far = data.findIndex((sample, i) => Math.abs(sample - (raster.data[i] ?? -2)) > 1);
    assert.is(far, -1, `sample ${far} differs`);
  });
}

test('the pictures are small enough to be cloned, and cover alpha and 16 bits', () => {
  const pictures = readdirSync(CORPUS).filter((name) => name.endsWith('.png'));
  assert.equal(pictures.sort(), SCENES.map(({ name }) => `${name}.png`).sort());
  const bytes = pictures.reduce((sum, name) => sum + readFileSync(new URL(name, CORPUS)).length, 0);
  assert.ok(bytes < 300_000, String(bytes));
  assert.ok(SCENES.some(({ channels }) => channels === 4));
  assert.ok(SCENES.some(({ depth }) => depth === 16));
});

test('the manifest lists 24 pictures of 768×512, some upright', () => {
  assert.equal(
    manifest.files.map(({ name }) => name),
    Array.from({ length: 24 }, (_, i) => `kodim${String(i + 1).padStart(2, '0')}.png`),
  );
  for (const { width, height } of manifest.files) assert.is(width * height, 768 * 512);
});

if (existsSync(KODAK)) {
  test('the manifest agrees with a local copy: SHA-256, bytes, size', () => {
    const sums = readFileSync(new URL('SHA256SUMS', KODAK), 'utf8');
    for (const { name, sha256, bytes, width, height } of manifest.files) {
      assert.ok(sums.includes(`${sha256}  ${name}`), name);
      const file = readFileSync(new URL(name, KODAK));
      assert.equal([file.length, file.readUInt32BE(16), file.readUInt32BE(20)], [bytes, width, height]);
    }
  });
} else skipped('the manifest agrees with a local copy', 'the Kodak pictures are not here');

const content = new TextEncoder().encode('a picture');
const picture = { name: 'a.png', sha256: createHash('sha256').update(content).digest('hex') };

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'loec-kodak-'));
  await work(folder).finally(() => rm(folder, { recursive: true }));
}

async function rejects(work: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await work.then(
    () => null,
    (reason: Error) => reason,
  );
  assert.match(error?.message ?? 'it did not fail', message);
}

test('a download is checked before it has its name, and is not repeated', () =>
  inFolder(async (folder) => {
    let answer: Uint8Array = new TextEncoder().encode('something else');
    const server = createServer((_, response) => response.end(answer)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const source = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const bring = (): Promise<string[]> =>
      bringPictures([picture], folder, (file, path) => fetchPicture(source, file, path));
    await rejects(bring(), /a\.png is not the file of the manifest/);
    assert.equal(readdirSync(folder), []);
    answer = content;
    assert.equal(await bring(), ['a.png']);
    assert.equal(await bring(), []);
    assert.equal(Uint8Array.from(await readFile(join(folder, 'a.png'))), content);
    await new Promise((resolve) => server.close(resolve));
    await rejects(fetchPicture(source, picture, join(folder, 'b.png')), /can't be reached/);
    assert.equal(readdirSync(folder), ['a.png']);
  }));

test('a local copy is linked once it has been checked', () =>
  inFolder(async (folder) => {
    const target = join(folder, 'kodak');
    const bring = (): Promise<string[]> =>
      bringPictures([picture], target, (file, path) => linkPicture(folder, file, path));
    await rejects(bring(), /is missing or is not the file/);
    await writeFile(join(folder, 'a.png'), content);
    assert.equal(await bring(), ['a.png']);
    assert.equal(Uint8Array.from(await readFile(join(target, 'a.png'))), content);
  }));

test.run();
