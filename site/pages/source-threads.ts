/** @file Sources name scripts of threads as they are called in the built package. */

import type { Plugin } from 'vite';

export const sourceThreads: Plugin = {
  name: 'loec:source-threads',
  enforce: 'pre',
  transform: {
    filter: { id: /\/src\/.*\.ts$/, code: 'import.meta.url' },
    handler: (code) =>
      code.replace(/new URL\('(\.\/[\w-]+)\.js', import\.meta\.url\)/g, "new URL('$1.ts', import.meta.url)"),
  },
};
