/** @file The reference of the API as Markdown, made of the docstrings by TypeDoc. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import { Application } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';
import { REPOSITORY } from './paths.ts';

export interface ApiEntry {
  /** What programs import. */
  readonly title: string;
  /** In the repository. */
  readonly source: string;
  /** In the site. */
  readonly path: string;
}

export const API_ENTRIES: readonly ApiEntry[] = [
  { title: 'loec', source: 'src/index.ts', path: 'api/loec.html' },
  { title: 'loec/decode', source: 'src/decoder.ts', path: 'api/decode.html' },
  { title: 'loec/png', source: 'src/png.ts', path: 'api/png.html' },
  { title: 'loec/web', source: 'src/web.ts', path: 'api/web.html' },
  { title: 'loec/element', source: 'src/element.ts', path: 'api/element.html' },
  { title: 'loec/viewer', source: 'src/viewer.ts', path: 'api/viewer.html' },
  { title: 'loec/service-worker', source: 'src/service-worker.ts', path: 'api/service-worker.html' },
];

const MARKDOWN: Partial<PluginOptions> = {
  outputFileStrategy: 'modules',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  tableColumnSettings: { hideModifiers: true, hideInherited: true, hideOverrides: true, hideSources: true },
};

/** How TypeDoc names the file of an entry, in links too: `web.md` of `src/web.ts`. */
export const markdownName = ({ source }: ApiEntry): string => `${parse(source).name}.md`;

/** In the order of the entries. */
export async function apiMarkdown(): Promise<string[]> {
  const out = await mkdtemp(join(tmpdir(), 'loec-api-'));
  try {
    const application = await Application.bootstrapWithPlugins({
      plugin: ['typedoc-plugin-markdown'],
      entryPoints: API_ENTRIES.map(({ source }) => join(REPOSITORY, source)),
      tsconfig: join(REPOSITORY, 'tsconfig.json'),
      readme: 'none',
      logLevel: 'Warn',
      disableGit: true,
      disableSources: true,
      excludeInternal: true,
      // The repository checks its types by itself, with a newer compiler.
      skipErrorChecking: true,
      groupOrder: ['Functions', 'Classes', 'Interfaces', '*'],
      modifierTags: ['@file', '@internal'],
      ...MARKDOWN,
    });
    const project = await application.convert();
    if (!project) throw new Error('TypeDoc could not read the entries');
    await application.outputs.writeOutput({ name: 'markdown', path: out }, project);
    const texts = API_ENTRIES.map((entry) => readFile(join(out, markdownName(entry)), 'utf8'));
    return await Promise.all(texts);
  } finally {
    await rm(out, { recursive: true });
  }
}
