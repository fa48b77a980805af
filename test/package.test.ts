/** @file The package as its users find it: entries, the example, sizes. */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { PNG } from 'pngjs';
import manifest from '../package.json' with { type: 'json' };
import { minifiedAtFirst } from './bundle.ts';
import { assert, skipped, suite } from './harness.ts';

const test = suite('package');
const root = new URL('..', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

type Entry = keyof typeof manifest.exports;

/** Entries that nobody imports. */
type Script = './package.json' | './decode-worker' | './encode-worker';

/** The source of what an entry of package.json names. */
function sourceOf(entry: Exclude<Entry, Script>): string {
  const { types, default: built } = manifest.exports[entry];
  assert.is(types, built.replace(/\.js$/, '.d.ts'));
  return new URL(built.replace('dist/', '').replace(/\.js$/, '.ts'), root).href;
}

test('every entry has what it is for', async () => {
  const decoder = ['DEFAULT_LIMITS', 'LoecError', 'UNTRUSTED_LIMITS', 'decode', 'decodeBands', 'inspect'];
  const entries = {
    '.': [...decoder, 'PRESET_NAMES', 'encode'].sort(),
    './decode': decoder,
    './png': ['LoecError', 'readPng', 'writePng'],
    './web': [
      'DEFAULT_LIMITS',
      'LoecError',
      'UNTRUSTED_LIMITS',
      'decodeToBitmap',
      'decodeToBlob',
      'decodeToImageData',
      'encode',
      'handleLoe',
      'imageDataOf',
      'openPicture',
      'rasterOf',
      'registerLoe',
      'setDecodeWorker',
      'setEncodeWorker',
    ],
    './element': ['LoecError', 'LoecImgElement'],
    './viewer': ['LoecError', 'LoecViewerElement'],
    './service-worker': [],
  } as const;
  const scripts = ['./decode-worker', './encode-worker', './package.json'];
  assert.equal([...Object.keys(entries), ...scripts].sort(), Object.keys(manifest.exports).sort());
  for (const [entry, names] of Object.entries(entries)) {
    assert.equal(Object.keys(await import(sourceOf(entry as '.'))), names, entry);
  }
});

test('compilers that do not read `exports` find the same types', () => {
  assert.is(manifest.types, manifest.exports['.'].types);
  assert.is(manifest.main, manifest.exports['.'].default);
  const { './package.json': _, '.': __, ...others } = manifest.exports;
  const named = Object.entries(others).map(([entry, { types }]) => [entry.slice('./'.length), [types]]);
  assert.equal(manifest.typesVersions['*'], Object.fromEntries(named));
});

test('the example of index.ts runs', async () => {
  const [, comment = ''] = /@example\n(.*?)\n \*\//s.exec(read('src/index.ts')) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'loec-'));
  const program = comment
    .replaceAll(/^ \* ?/gm, '')
    .replace("'loec'", `'${sourceOf('.')}'`)
    .replace("'loec/png'", `'${sourceOf('./png')}'`)
    .replaceAll("'gradient.", `'${folder}/gradient.`);
  writeFileSync(`${folder}/example.mts`, program);
  await import(`${folder}/example.mts`);
  assert.ok(readFileSync(`${folder}/gradient.loe`).length <= 400);
  const { width, height } = PNG.sync.read(readFileSync(`${folder}/gradient.png`));
  assert.equal([width, height], [128, 96]);
  rmSync(folder, { recursive: true });
});

test('the README says how large the decoder is', async () => {
  const text = await minifiedAtFirst('src/decoder.ts');
  const [, minified, gzipped] = /(\d+) kB minified \((\d+) kB gzipped\)/.exec(read('README.md')) ?? [];
  const within = (claimed: string | undefined, bytes: number): void =>
    assert.ok(Math.abs(Number(claimed) - bytes / 1000) <= (0.05 * bytes) / 1000, `${claimed} kB, ${bytes}`);
  within(minified, text.length);
  within(gzipped, gzipSync(text, { level: 9 }).length);
});

/** What a built file imports before it runs, and those that import them. */
function importsOf(path: string, found = new Set<string>()): ReadonlySet<string> {
  for (const [, name = ''] of read(path).matchAll(/(?:\bfrom|\bimport)"([^"]+)"/g)) {
    const next = name.startsWith('.') ? join(path, '..', name) : name;
    if (found.has(next)) continue;
    found.add(next);
    if (name.startsWith('.')) importsOf(next, found);
  }
  return found;
}

if (existsSync(new URL('dist', root))) {
  test('the built decoder needs nothing but its own files', () => {
    const imports = [...importsOf('dist/src/decoder.js')];
    assert.ok(imports.length > 1);
    assert.equal(
      imports.filter((name) => !name.startsWith('dist/src/')),
      [],
    );
  });

  test('the declarations of the package lead only to others that it holds', () => {
    const declarations = readdirSync(new URL('dist', root), { recursive: true, encoding: 'utf8' });
    for (const name of declarations.filter((path) => path.endsWith('.d.ts'))) {
      const url = new URL(`dist/${name}`, root);
      for (const [, path = ''] of readFileSync(url, 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)\.ts'/g)) {
        assert.ok(existsSync(new URL(`${path}.d.ts`, url)), `${name} names ${path}`);
      }
    }
  });

  test('the tarball is small and holds no maps, no checked kernels and no kernels in declarations', () => {
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const cwd = fileURLToPath(root);
    const [packed] = JSON.parse(execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: 'pipe' }));
    // 408 kB for Node, 43 of them for farms, 15 for the fit of fields without a pyramid; pages have a decoder of their own, as short as can be, and their service worker another one.
    assert.ok(packed.size <= 580_000, `${packed.size} bytes`);
    const paths: string[] = packed.files.map(({ path }: { path: string }) => path);
    assert.ok(paths.includes('dist/src/decoder.d.ts'));
    assert.equal(
      paths.filter((path) => /\.map$|-checked|kernels\/built\/.*\.d\.ts$/.test(path)),
      [],
    );
  });
} else skipped('the tarball is small', 'npm run build makes what goes into it');

test.run();
