/** @file What a bundler makes of a module for browsers. */

import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';

interface Bundle extends Metafile {
  readonly text: string;
}

/** @param entry relative to the root of the repository */
export async function bundle(entry: string, { minify = false } = {}): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
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
