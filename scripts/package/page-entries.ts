/** @file What pages load by themselves, by paths of sources, and how it is built, for the package and for tests in browsers. */

import type { BuildOptions } from 'esbuild';

/** The entries of the API for pages. */
export const PAGES = ['src/web.ts', 'src/element.ts', 'src/viewer.ts'];

/** The worker that decodes their pictures. */
export const DECODE_WORKER = 'src/web/pictures/worker/decode-worker.ts';

/** Scripts of threads that encode. */
export const ENCODE_THREADS = ['src/web/encoding/encode-worker.ts', 'src/wasm/pool-thread.ts'];

export const SERVICE_WORKER = 'src/service-worker.ts';

/** The oldest that have module workers. */
export const BROWSERS = ['chrome115', 'firefox114', 'safari16.4'];

export const BROWSER_BUILD = {
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: BROWSERS,
  alias: { fflate: 'fflate/browser' },
} satisfies BuildOptions;

/** One file, since service workers can't import later, and no module, which not all browsers have as service workers. */
export const SERVICE_WORKER_BUILD = {
  format: 'iife',
  define: { 'import.meta.url': 'location.href' },
} satisfies BuildOptions;
