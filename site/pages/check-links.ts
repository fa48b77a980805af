/** @file No page links to a page or an anchor that is not there. */

import { posix } from 'node:path';

/** @throws Error naming the links that lead nowhere */
export function checkLinks(pages: ReadonlyMap<string, string>): void {
  const anchors = new Map([...pages].map(([path, html]) => [path, new Set(valuesOf(html, 'id'))]));
  const broken = [...pages].flatMap(([path, html]) =>
    linksOf(html)
      .filter((link) => !leadsSomewhere(path, link, anchors))
      .map((link) => `${path} -> ${link}`),
  );
  if (broken.length > 0) throw new Error(`links that lead nowhere:\n${broken.join('\n')}`);
}

/** Those to pages of the site. */
function linksOf(html: string): string[] {
  return valuesOf(html, 'href').filter((link) => /^([^:]*\.html)?(#.*)?$/.test(link));
}

function valuesOf(html: string, attribute: string): string[] {
  return [...html.matchAll(new RegExp(` ${attribute}="([^"]*)"`, 'g'))].map(([, value]) => value as string);
}

function leadsSomewhere(
  page: string,
  link: string,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  const [path = '', hash] = link.split('#');
  const ids = anchors.get(path === '' ? page : posix.join(posix.dirname(page), path));
  return ids !== undefined && (hash === undefined || ids.has(decodeURIComponent(hash)));
}
