/** @file Markdown as HTML: headings with anchors as GitHub has them, links by a rule, wide tables and code in boxes that scroll. */

import MarkdownIt from 'markdown-it';
import anchor from 'markdown-it-anchor';

export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

export interface Rendered {
  readonly html: string;
  readonly headings: readonly Heading[];
}

/** What a link or a picture of the source becomes in the page. */
export interface Links {
  readonly link: (href: string) => string;
  readonly picture: (source: string) => string;
}

/** As GitHub makes anchors of headings. */
export function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

export function renderMarkdown(source: string, links: Links): Rendered {
  const headings: Heading[] = [];
  const markdown = new MarkdownIt({ html: true }).use(anchor, {
    slugify: slug,
    permalink: anchor.permalink.headerLink(),
    callback: ({ tag }, { slug: id, title }) => {
      headings.push({ level: Number(tag.slice(1)), id, text: title });
    },
  });
  markdown.core.ruler.push('links', ({ tokens }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === 'image') token.attrSet('src', links.picture(token.attrGet('src') as string));
      // The headings' own anchors are links of this page.
      if (token.type === 'link_open') token.attrSet('href', links.link(token.attrGet('href') as string));
    }
  });
  const { rules } = markdown.renderer;
  rules.table_open = () => '<div class="wide"><table>';
  rules.table_close = () => '</table></div>';
  const html = markdown
    .render(source)
    .replaceAll('<pre>', '<pre class="wide">')
    // A table's corner heads nothing.
    .replace(/<th([^>]*)><\/th>/g, '<td$1></td>');
  return { html, headings };
}
