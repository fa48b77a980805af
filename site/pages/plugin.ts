/** @file Pages that a program makes, for Vite as if they were files of its folder. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { allPages } from './all-pages.ts';
import { checkLinks } from './check-links.ts';
import { GALLERY } from './gallery.ts';
import { REPOSITORY } from './paths.ts';

export async function pages(root: string): Promise<Plugin> {
  const made = await allPages();
  checkLinks(made);
  const byFile = new Map([...made].map(([path, html]) => [join(root, path), html]));
  return {
    name: 'loec:pages',
    config: () => ({ build: { rolldownOptions: { input: [...byFile.keys()] } } }),
    resolveId: (id) => (byFile.has(id) ? id : null),
    load: (id) => byFile.get(id) ?? null,
    /** The originals of the gallery, beside its files. */
    async generateBundle() {
      for (const { name } of GALLERY) {
        const source = await readFile(join(REPOSITORY, `corpus/${name}.png`));
        this.emitFile({ type: 'asset', fileName: `gallery/${name}.png`, source });
      }
    },
  };
}
