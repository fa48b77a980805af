/** @file The version of the package. It refers to itself by name, which holds in the source as in what is built from it. */

import { createRequire } from 'node:module';

export function version(): string {
  const manifest: { version: string } = createRequire(import.meta.url)('loec/package.json');
  return manifest.version;
}
