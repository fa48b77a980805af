/**
 * @file What pages load by themselves: shorter than what Node loads, whose stacks tell more. Three worlds, so that none waits for pieces that it
 * shares with another: the page itself, what decodes its pictures, and a service worker.
 */

import { basename } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { besideEachOther, COMMON, versionAlone } from './common.ts';
import { loadingToo } from './few-pieces.ts';
import { LOADED_BY_NEED } from './loaded-by-need.ts';
import { BROWSER_BUILD, DECODE_WORKER, PAGES, SERVICE_WORKER, SERVICE_WORKER_BUILD } from './page-entries.ts';

const BUILD = { ...COMMON, ...BROWSER_BUILD } satisfies BuildOptions;

/** What serves pictures, in a worker or where there is none in the page. */
const SERVING = 'src/web/pictures/worker/serve-pictures.ts';

/** What a page shows of a fit: colours that need what decoders have. */
const IMAGES = 'src/web/pictures/image-data-of.ts';

/** Imports of a source, from wherever it is imported. */
const importsOf = (source: string): RegExp => new RegExp(`/${basename(source).replaceAll('.', '\\.')}$`);

/** Pages name the decoders' scripts, and hold nothing of them. */
const decodersApart: Plugin = {
  name: 'decoders apart',
  setup({ onResolve }) {
    for (const source of [SERVING, IMAGES]) {
      const path = `./${basename(source, '.ts')}.js`;
      onResolve({ filter: importsOf(source) }, () => ({ path, external: true }));
    }
  },
};

export const pages = await build({
  ...BUILD,
  entryPoints: PAGES.map(besideEachOther),
  chunkNames: 'src/page-[hash]',
  splitting: true,
  plugins: [versionAlone, decodersApart],
});

/** What is loaded by need shares one piece with all the rest, which is there by then. */
const onePiece = loadingToo(
  [
    [LOADED_BY_NEED, [SERVING]],
    [importsOf(IMAGES), [SERVING]],
  ],
  importsOf(SERVING),
);

export const serving = await build({
  ...BUILD,
  entryPoints: [DECODE_WORKER, SERVING, IMAGES].map(besideEachOther),
  chunkNames: 'src/decode-[hash]',
  splitting: true,
  plugins: [versionAlone, onePiece],
});

export const serviceWorker = await build({
  ...BUILD,
  ...SERVICE_WORKER_BUILD,
  entryPoints: [besideEachOther(SERVICE_WORKER)],
  plugins: [versionAlone],
});
