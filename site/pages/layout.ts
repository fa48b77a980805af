/** @file What all pages have around their contents. */

import { escapeHtml } from './html.ts';
import { linkFrom, REPOSITORY_URL } from './paths.ts';

export interface Page {
  /** In the site: `docs/web.html`. */
  readonly path: string;
  readonly title: string;
  readonly description: string;
  /** HTML within `<body>`, between header and footer, with one `<main id="main">`. */
  readonly body: string;
  /** Modules of `src` besides those of every page. */
  readonly scripts?: readonly string[];
}

/** Scripts are the site's own, and WebAssembly; pictures and workers may be made in the page. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "connect-src 'self' blob: data:",
  "worker-src 'self' blob:",
].join('; ');

const PLACES = [
  { path: 'index.html', title: 'Gallery', isCurrent: (page: string) => page === 'index.html' },
  { path: 'try.html', title: 'Try it', isCurrent: (page: string) => page === 'try.html' },
  { path: 'docs/overview.html', title: 'Docs', isCurrent: (page: string) => page.startsWith('docs/') },
  { path: 'api/loec.html', title: 'API', isCurrent: (page: string) => page.startsWith('api/') },
] as const;

/** Three grids of a pyramid. */
const MARK = `<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><path d="M2 2h28v28H2z" opacity=".3"/><path d="M2 12h18v18H2z" opacity=".5"/><path d="M2 21h9v9H2z"/></svg>`;

/** A whole document. */
export function documentOf({ path, title, description, body, scripts = [] }: Page): string {
  const modules = ['site.ts', ...scripts].map((name) => `<script type="module" src="/src/${name}"></script>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escapeHtml(title)}</title>
<meta name="description" content="${escapeHtml(description)}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="/src/styles/site.css">
${modules.join('\n')}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top">
<a class="home" href="${linkFrom(path, 'index.html')}">${MARK}loec</a>
<nav aria-label="Site">${PLACES.map((place) => placeLink(path, place)).join('')}</nav>
</header>
${body}
<footer class="bottom">
<p>loec is free software under the Apache License 2.0. The pictures of the gallery are in the public domain.</p>
<p><a href="${REPOSITORY_URL}">Source code</a></p>
</footer>
</body>
</html>
`;
}

function placeLink(page: string, { path, title, isCurrent }: (typeof PLACES)[number]): string {
  const current = isCurrent(page) ? ' aria-current="true"' : '';
  return `<a href="${linkFrom(page, path)}"${current}>${title}</a>`;
}
