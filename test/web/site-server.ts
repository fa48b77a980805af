/** @file The built demo site on a server, with the headers that `npm run site` has. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Server, serve } from './browser.ts';

const BUILT = new URL('../../site/dist/', import.meta.url);

const HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

/** Whether there is one: `npm run site:build` makes it. */
export const siteIsBuilt = (): boolean => existsSync(new URL('index.html', BUILT));

export function serveSite(): Promise<Server> {
  return serve(async (path) => {
    const file = new URL(`.${path === '/' ? '/index.html' : path}`, BUILT);
    if (!existsSync(fileURLToPath(file))) return null;
    return { body: await readFile(file), headers: HEADERS };
  });
}
