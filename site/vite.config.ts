/** @file The build of the demo site: static files, which work below any folder of a server. */

import { fileURLToPath } from 'node:url';
import { defineConfig, type UserConfig } from 'vite';
import { pages } from './pages/plugin.ts';

const ROOT = fileURLToPath(new URL('.', import.meta.url));

/** What a page needs for memory that threads share. Hosts that cannot set them have one thread. */
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig(async ({ isPreview }): Promise<UserConfig> => ({
  root: ROOT,
  base: './',
  appType: 'mpa',
  plugins: isPreview ? [] : [await pages(ROOT)],
  resolve: {
    alias: {
      'loec/web': fileURLToPath(new URL('../src/web.ts', import.meta.url)),
    },
  },
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  worker: { format: 'es' },
  preview: { headers: ISOLATION },
}));
