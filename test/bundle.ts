/** @file What a bundler makes of a module for browsers, and which files a module loads. */

import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { loadingToo } from '../scripts/package/few-pieces.ts';
import { LOADED_BY_NEED } from '../scripts/package/loaded-by-need.ts';
import { minifyForPages } from '../scripts/package/minify.ts';
import { BROWSER_BUILD } from '../scripts/package/page-entries.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Bundle extends Metafile {
  readonly text: string;
}

const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  conditions: ['browser', 'import'],
  external: ['node:*', '@tensorflow/*'],
  metafile: true,
  write: false,
  logLevel: 'silent',
} as const satisfies BuildOptions;

/** All in one file. @param entry relative to the root of the repository */
export async function bundle(entry: string): Promise<Bundle> {
  const { metafile, outputFiles } = await build({ ...OPTIONS, entryPoints: [entry] });
  return { ...metafile, text: outputFiles[0]?.text ?? '' };
}

/** Minified, what a page loads with the entry, without what is imported only when it is asked for. */
export async function minifiedAtFirst(entry: string): Promise<string> {
  return (await loadedAtFirst(entry, { minify: true })).join('');
}

/** As `minifiedAtFirst`, as the package has files for pages. */
export async function pageAtFirst(entry: string): Promise<string> {
  const wholeFirst = loadingToo([[LOADED_BY_NEED, [entry]]], new RegExp(`/${basename(entry)}$`));
  const { alias } = BROWSER_BUILD;
  const texts = await loadedAtFirst(entry, { plugins: [wholeFirst], alias });
  return (await Promise.all(texts.map(minifyForPages))).join('');
}

async function loadedAtFirst(entry: string, more: BuildOptions): Promise<string[]> {
  const options = {
    ...OPTIONS,
    splitting: true,
    outdir: '.',
    ...more,
    metafile: true,
    write: false,
  } as const;
  const { metafile, outputFiles } = await build({ ...options, entryPoints: [entry] });
  const loaded = Object.keys(metafile.outputs).filter((path) => metafile.outputs[path]?.entryPoint === entry);
  for (const path of loaded) {
    for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && !loaded.includes(next)) loaded.push(next);
    }
  }
  const files = outputFiles.filter(({ path }) => loaded.some((name) => resolve(ROOT, name) === path));
  return files.map(({ text }) => text);
}

/** The files of ours that a module loads before it runs, itself included; what is imported by need is not. */
export async function loadedWith(entry: string): Promise<ReadonlySet<string>> {
  const options = { ...OPTIONS, platform: 'node', packages: 'external' } as const;
  const { metafile } = await build({ ...options, entryPoints: [entry] });
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const imports = metafile.inputs[path]?.imports ?? [];
    for (const { path: next, kind, external } of imports)
      if (kind !== 'dynamic-import' && !external) visit(next);
  };
  visit(entry);
  return seen;
}
