/** @file Decoding runs where Node does not: its modules import neither `node:` nor tfjs; pages load little of it. */

import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Metafile } from 'esbuild';
import { bundle, loadedWith, pageAtFirst } from './bundle.ts';
import { assert, suite } from './harness.ts';

const test = suite('module graph');

/** What the bundle still wants from outside. */
function outside({ outputs }: Metafile): string[] {
  return Object.values(outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
}

test('the decoder bundles for a browser with nothing left outside', async () => {
  const bundled = await bundle('src/decoder.ts');
  assert.equal(outside(bundled), []);
  const inputs = Object.keys(bundled.inputs);
  assert.ok(inputs.includes('src/render/coordinates/evaluator.ts'));
  assert.ok(inputs.includes('src/render/pyramid/evaluator.ts'));
  assert.not.ok(
    inputs.some((path) => /pngjs|msgpackr|src\/(fit|cli)\/|tensorflow/.test(path)),
    inputs.join(' '),
  );
});

test('the decoder loads what needs a GPU when it is asked for', async () => {
  const isOfGpu = (path: string): boolean => path.includes('webgpu/');
  assert.ok(Object.keys((await bundle('src/decoder.ts')).inputs).some(isOfGpu));
  const files = [...(await loadedWith('src/decoder.ts'))];
  assert.ok(files.includes('src/render/pyramid/evaluator.ts'));
  assert.equal(files.filter(isOfGpu), []);
});

test('a page that shows a photograph loads a small decoder, and the rest when a file needs it', async () => {
  const files = [...(await loadedWith('src/decode.ts'))];
  const byNeed =
    /colour-map\/(?!tables)|flat\/(?!cost|extent)|coordinates\/(?!memory)|label-map|enhancement\.ts|experts|presets/;
  assert.equal(
    files.filter((path) => byNeed.test(path)),
    ['src/field/enhancement.ts'],
  );
});

test('element and decoder take a page as many bytes as they did', async () => {
  const entries = ['src/element.ts', 'src/web/pictures/worker/decode-worker.ts'];
  const texts = await Promise.all(entries.map(pageAtFirst));
  const sum = (bytesOf: (text: string) => number): number =>
    texts.reduce((bytes, text) => bytes + bytesOf(text), 0);
  const gzipped = sum((text) => gzipSync(text, { level: 9 }).length);
  const brotli = sum((text) => brotliCompressSync(text).length);
  assert.ok(gzipped <= 51_500 && brotli <= 46_200, `${gzipped} bytes gzipped, ${brotli} with brotli`);
});

test('the bundle decodes by itself', async () => {
  const { text } = await bundle('src/decoder.ts');
  const { decode } = await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
  const { readFile } = await import('node:fs/promises');
  const file = await readFile(new URL('../formats/vectors/tiny.loe', import.meta.url));
  const { decode: ours } = await import('../src/decode.ts');
  assert.equal((await decode(file)).data, (await ours(file)).data);
});

test('what pages load to encode bundles for a browser, too', async () => {
  for (const entry of ['src/web.ts', 'src/web/encoding/encode-worker.ts', 'src/wasm/pool-thread.ts'])
    assert.equal(outside(await bundle(entry)), [], entry);
});

test('a page that only decodes loads nothing that fits', async () => {
  const files = [...(await loadedWith('src/web.ts'))];
  assert.equal(
    files.filter((path) => /^src\/(encoder|engine|fit|distortion)\//.test(path)),
    [],
  );
});

test('field, entropy and container need no Node either', async () => {
  for (const entry of ['src/inspect.ts', 'src/container/write.ts', 'src/field/presets.ts']) {
    assert.equal(outside(await bundle(entry)), [], entry);
  }
});

test('help and version load no more than the command line: no codec, and no command', async () => {
  const files = [...(await loadedWith('bin/loec.ts'))];
  const others = files.filter(
    (path) =>
      !/^(bin|src\/cli)\/|^src\/[^/]+\.ts$|^package\.json$/.test(path) || /\/commands\/|code\.ts/.test(path),
  );
  assert.ok(files.includes('src/cli/main.ts'));
  assert.equal(others, []);
});

test('a decode loads nothing that fits, measures or reads pictures', async () => {
  const files = [...(await loadedWith('src/cli/commands/decode.ts'))];
  assert.ok(files.includes('src/image/png/write.ts'));
  assert.equal(
    files.filter((path) =>
      /^src\/(bench|encoder|engine|fit|metrics|distortion)\/|png\/read\.ts|unfilter/.test(path),
    ),
    [],
  );
});

test('an encode on this machine loads nothing of farms', async () => {
  const files = [...(await loadedWith('src/cli/commands/encode.ts'))];
  assert.ok(files.includes('src/encode-file.ts'));
  assert.equal(
    files.filter((path) => /^src\/farm\//.test(path)),
    [],
  );
});

test.run();
