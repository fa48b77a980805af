/** @file The build of the demo site: static files, which work below any folder of a server. */

import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';
import { pages } from './pages/plugin.ts';
import { sourceThreads } from './pages/source-threads.ts';

const ROOT = fileURLToPath(new URL('.', import.meta.url));

/** What a page needs for memory that threads share. Hosts that cannot set them have one thread. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The package's own, whose kernels `npm ci` has built. */
const sourceOf = (entry: string): string => fileURLToPath(new URL(`../src/${entry}.ts`, import.meta.url));

export default defineConfig(
  async ({ isPreview }): Promise<UserConfig> => ({
    root: ROOT,
    base: './',
    appType: 'mpa',
    plugins: isPreview ? [] : [sourceThreads, await pages(ROOT)],
    resolve: {
      alias: {
        'loec/web': sourceOf('web'),
        'loec/element': sourceOf('element'),
        'loec/viewer': sourceOf('viewer'),
        // The other one loads Node's threads.
        fflate: 'fflate/browser',
      },
    },
    build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    worker: { format: 'es', plugins: () => [sourceThreads] },
    preview: { headers: ISOLATION },
  }),
);
