/**
 * @file What pages load by themselves: shorter than what Node loads, whose stacks tell more. Three worlds, so that none waits for pieces that it
 * shares with another: the page itself, what decodes its pictures, and a service worker.
 */

import { type BuildOptions, build, type Plugin } from 'esbuild';
import { besideEachOther, COMMON, versionAlone } from './common.ts';
import { loadingToo } from './few-pieces.ts';
import { LOADED_BY_NEED } from './loaded-by-need.ts';

const OF_BROWSERS = {
  ...COMMON,
  platform: 'browser',
  // Those with module workers.
  target: ['chrome115', 'firefox114', 'safari16.4'],
  alias: { fflate: 'fflate/browser' },
} satisfies BuildOptions;

/** What serves pictures, in a worker or where there is none in the page. */
const SERVING = 'src/web/pictures/serve-pictures.ts';

const servingApart: Plugin = {
  name: 'serving apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/serve-pictures\.ts$/ }, () => ({ path: './serve-pictures.js', external: true }));
  },
};

export const pages = await build({
  ...OF_BROWSERS,
  entryPoints: ['src/web.ts', 'src/element.ts', 'src/viewer.ts'].map(besideEachOther),
  chunkNames: 'src/page-[hash]',
  splitting: true,
  plugins: [versionAlone, servingApart],
});

/** What is loaded by need shares one piece with all the rest, which is there by then. */
const onePiece = loadingToo([[LOADED_BY_NEED, [SERVING]]], /\/serve-pictures\.ts$/);

export const serving = await build({
  ...OF_BROWSERS,
  entryPoints: ['src/web/pictures/decode-worker.ts', SERVING].map(besideEachOther),
  chunkNames: 'src/decode-[hash]',
  splitting: true,
  plugins: [versionAlone, onePiece],
});

/** One file, since service workers can't import later, and no module, which not all browsers have as service workers. */
export const serviceWorker = await build({
  ...OF_BROWSERS,
  entryPoints: [besideEachOther('src/service-worker.ts')],
  format: 'iife',
  define: { 'import.meta.url': 'location.href' },
  plugins: [versionAlone],
});
