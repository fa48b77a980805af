/** @file A page of text: the list of all documents beside it, and its own headings. */

import { API_ENTRIES } from './api.ts';
import { DOCUMENT_GROUPS } from './documents.ts';
import { escapeHtml } from './html.ts';
import type { Page } from './layout.ts';
import type { Heading, Rendered } from './markdown.ts';
import { linkFrom } from './paths.ts';

interface Entry {
  readonly path: string;
  readonly title: string;
}

/** Fewer headings than this need no list. */
const LEAST_HEADINGS = 3;

export function documentPage(path: string, title: string, { html, headings }: Rendered): Page {
  const groups = [
    ...DOCUMENT_GROUPS.map((group) => listOf(path, group.title, group.documents)),
    listOf(path, 'API', API_ENTRIES),
  ];
  const body = `<div class="docs">
<details class="documents"><summary>All documents</summary>
<nav aria-label="Documents">${groups.join('\n')}</nav>
</details>
<main id="main" class="prose">
${html}
</main>
${headingList(headings)}
</div>`;
  return { path, title: `${title} – loec`, description: firstParagraph(html), body };
}

function listOf(page: string, title: string, entries: readonly Entry[]): string {
  const items = entries.map((entry) => {
    const current = entry.path === page ? ' aria-current="page"' : '';
    return `<li><a href="${linkFrom(page, entry.path)}"${current}>${escapeHtml(entry.title)}</a></li>`;
  });
  return `<p>${title}</p><ul>${items.join('')}</ul>`;
}

function headingList(headings: readonly Heading[]): string {
  const listed = headings.filter(({ level }) => level === 2 || level === 3);
  if (listed.length < LEAST_HEADINGS) return '';
  const items = listed.map(
    ({ level, id, text }) => `<li class="level-${level}"><a href="#${id}">${escapeHtml(text)}</a></li>`,
  );
  return `<nav class="headings" aria-label="On this page"><p>On this page</p><ul>${items.join('')}</ul></nav>`;
}

/** What search engines show below the title: some 150 characters. */
function firstParagraph(html: string): string {
  const paragraph = /<p>(.*?)<\/p>/s.exec(html)?.[1] ?? 'loec, an image codec made of neural fields.';
  const text = paragraph.replace(/<[^>]*>/g, '').replace(/\s+/g, ' ');
  const plain = text.replace(
    /&(amp|lt|gt|quot);/g,
    (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name as 'lt'],
  );
  return plain.length > 155 ? `${plain.slice(0, plain.lastIndexOf(' ', 152))} …` : plain;
}
