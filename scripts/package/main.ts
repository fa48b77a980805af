/**
 * @file Makes `dist` from the sources, but for the declarations, which are the compiler's: what runs in Node (`program.ts`), and what pages load
 * (`pages.ts`).
 */

import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';
import { DIST, ROOT } from './common.ts';
import { licenseOf, packagesIn } from './licenses.ts';
import { minifyForPages, shortenNames } from './minify.ts';

async function rewrite({ outputs }: Metafile, shorten: (code: string) => Promise<string>): Promise<void> {
  for (const path of Object.keys(outputs).filter((name) => name.endsWith('.js'))) {
    const file = new URL(path, ROOT);
    writeFileSync(file, await shorten(readFileSync(file, 'utf8')));
  }
}

rmSync(DIST, { recursive: true, force: true });
const { yargs } = await import('./yargs.ts');
const { program } = await import('./program.ts');
const { pages, serving, serviceWorker } = await import('./pages.ts');
await rewrite(program.metafile, shortenNames);
for (const { metafile } of [pages, serving, serviceWorker]) await rewrite(metafile, minifyForPages);
chmodSync(new URL('bin/loec.js', DIST), 0o755);

const held = [yargs, program, pages, serving, serviceWorker].flatMap(({ metafile }) => packagesIn(metafile));
writeFileSync(new URL('LICENSES.txt', DIST), [...new Set(held)].map(licenseOf).join('\n\n'));
