/** @file What a bundler makes of a module for browsers, and which files a module loads. */

import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Bundle extends Metafile {
  readonly text: string;
}

/** @param entry relative to the root of the repository */
export async function bundle(entry: string, { minify = false } = {}): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    minify,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['browser', 'import'],
    external: ['node:*', '@tensorflow/*'],
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  return { ...metafile, text: outputFiles[0]?.text ?? '' };
}

/** The files of ours that a module loads before it runs, itself included; what is imported by need is not. */
export async function loadedWith(entry: string): Promise<ReadonlySet<string>> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
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
