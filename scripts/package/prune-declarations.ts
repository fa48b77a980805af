/**
 * @file Removes from `dist` the declarations that the entries of package.json do not lead to, the last part of a build: nobody can import what
 * they declare, and they would be a quarter of the package.
 */

import { readFileSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };

const ROOT = new URL('../..', import.meta.url);

/** Where a declaration names another file: `from './raster.ts'`, `import('./raster.ts')`. */
const REFERENCE = /(?:from|import)\s*\(?\s*'(\.[^']+)\.[jt]s'/g;

/** The declarations that some lead to, with those themselves. */
function reachable(entries: readonly URL[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const visit = (url: URL): void => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    for (const [, name] of readFileSync(url, 'utf8').matchAll(REFERENCE)) visit(new URL(`${name}.d.ts`, url));
  };
  for (const entry of entries) visit(entry);
  return seen;
}

const entries = Object.values(manifest.exports).flatMap((entry) =>
  typeof entry === 'string' ? [] : [new URL(entry.types, ROOT)],
);
const kept = reachable(entries);
const dist = new URL('dist/', ROOT);
for (const name of await readdir(fileURLToPath(dist), { recursive: true })) {
  const url = new URL(name, dist);
  if (name.endsWith('.d.ts') && !kept.has(url.href)) rmSync(url);
}
