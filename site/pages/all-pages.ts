/** @file All pages of the site. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { API_ENTRIES, apiMarkdown, markdownName } from './api.ts';
import { documentPage } from './document-page.ts';
import { DOCUMENTS, type Document } from './documents.ts';
import { homePage } from './home.ts';
import { documentOf, type Page } from './layout.ts';
import { renderMarkdown } from './markdown.ts';
import { linkFrom, REPOSITORY, REPOSITORY_URL } from './paths.ts';
import { tryPage } from './try.ts';

/** HTML by path in the site. */
export async function allPages(): Promise<ReadonlyMap<string, string>> {
  const pages = [
    await homePage(),
    tryPage(),
    ...(await Promise.all(DOCUMENTS.map(documentOfFile))),
    ...(await apiPages()),
  ];
  return new Map(pages.map((page) => [page.path, documentOf(page)]));
}

async function documentOfFile({ source, path, title }: Document): Promise<Page> {
  const inRepository = (href: string): string => posix.join(posix.dirname(source), href);
  const rendered = renderMarkdown(await readFile(join(REPOSITORY, source), 'utf8'), {
    link: (href) => (isLocal(href) ? linkToFile(path, inRepository(href)) : href),
    // Vite copies what a page's picture names, relative to where the page would be in the folder of the site.
    picture: (href) => posix.relative(posix.join('site', posix.dirname(path)), inRepository(href)),
  });
  return documentPage(path, title, rendered);
}

const isLocal = (href: string): boolean => !/^([a-z]+:|#)/.test(href);

/** A file or folder of the repository is read here where it is a document, else where the repository is. */
function linkToFile(page: string, target: string): string {
  const [file = '', hash] = target.split('#');
  const document = DOCUMENTS.find(({ source }) => source === file);
  if (document) return linkFrom(page, hash === undefined ? document.path : `${document.path}#${hash}`);
  if (!existsSync(join(REPOSITORY, file))) throw new Error(`${page} links to ${file}, which does not exist`);
  return `${REPOSITORY_URL}/blob/main/${target}`;
}

async function apiPages(): Promise<Page[]> {
  const texts = await apiMarkdown();
  return API_ENTRIES.map(({ path, title }, i) => {
    const link = (href: string): string => {
      const [file, hash = ''] = href.split('#');
      const target = API_ENTRIES.find((entry) => markdownName(entry) === file);
      return target ? linkFrom(path, `${target.path}#${hash}`) : href;
    };
    const markdown = (texts[i] as string).replace(/^# .*/, `# ${title}`);
    return documentPage(path, title, renderMarkdown(markdown, { link, picture: (href) => href }));
  });
}
