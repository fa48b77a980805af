/** @file What all builds of the package have in common. */

import { parse } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';
import manifest from '../../package.json' with { type: 'json' };

export const ROOT = new URL('../..', import.meta.url);
export const DIST = new URL('dist/', ROOT);

/** Of package.json the code reads no more than the version. */
export const versionAlone: Plugin = {
  name: 'version alone',
  setup({ onLoad }) {
    const contents = JSON.stringify({ version: manifest.version });
    onLoad({ filter: /package\.json$/ }, () => ({ contents, loader: 'json' }));
  },
};

export const COMMON = {
  absWorkingDir: fileURLToPath(ROOT),
  bundle: true,
  format: 'esm',
  outdir: fileURLToPath(DIST),
  metafile: true,
  // LICENSES.txt has them.
  legalComments: 'none',
  logLevel: 'warning',
} satisfies BuildOptions;

/** All in one folder: shared pieces name the scripts of threads as files beside them (`new URL('./thread.js', import.meta.url)`). */
export function besideEachOther(source: string): { in: string; out: string } {
  return { in: source, out: `src/${parse(source).name}` };
}
