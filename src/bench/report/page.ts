/** @file The frame of the report: a page that opens from disk, without a network. */

import { readFileSync } from 'node:fs';
import { pageColours } from './palette.ts';

/** What stands beside this file, also where the package is built. */
const textOf = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

function styleOf(): string {
  const rule = (scheme: 'light' | 'dark'): string => {
    const colours = Object.entries(pageColours(scheme)).map(([name, colour]) => `--${name}: ${colour};`);
    return `:root { ${colours.join(' ')} }`;
  };
  const dark = `@media screen and (prefers-color-scheme: dark) { ${rule('dark')} }`;
  return [rule('light'), dark, textOf('page.css')].join('\n');
}

/** @param body HTML */
export function pageOf(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${styleOf()}</style>
<main>
${body}
</main>
<script type="module">${textOf('viewer.js')}</script>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A cell of a table: text, with what sets it apart. */
export interface Cell {
  readonly text: string;
  readonly kind?: 'better' | 'none';
  /** Why it is as it is: shown when it is pointed at or has the focus. */
  readonly hint?: string;
}

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly (string | Cell)[])[];
}

/** The first column is to the left, figures to the right. */
export function tableOf({ head, rows }: Table): string {
  const headings = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('');
  const lines = rows.map((cells) => `<tr>${cells.map(cellOf).join('')}</tr>`);
  return `<div class="scroll" role="group" tabindex="0" aria-label="table: ${escapeHtml(head.slice(0, 3).join(', '))}"><table>
<thead><tr>${headings}</tr></thead>
<tbody>${lines.join('\n')}</tbody>
</table></div>`;
}

function cellOf(cell: string | Cell): string {
  if (typeof cell === 'string') return `<td>${escapeHtml(cell)}</td>`;
  const { text, kind, hint } = cell;
  const attributes = kind ? ` class="${kind}"` : '';
  if (!hint) return `<td${attributes}>${escapeHtml(text)}</td>`;
  const reason = escapeHtml(hint);
  return `<td${attributes} tabindex="0" data-hint="${reason}">${escapeHtml(text)}<span class="unseen"> ${reason}</span></td>`;
}
