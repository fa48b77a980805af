/** @file The first page: what loec is, and pictures to look at. */

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GALLERY, type GalleryPicture } from './gallery.ts';
import { bytesText, escapeHtml } from './html.ts';
import type { Page } from './layout.ts';
import { REPOSITORY } from './paths.ts';

interface Shown extends GalleryPicture {
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly pngBytes: number;
}

const SENTENCES = [
  'loec fits a small neural field to one picture and stores it as a <code>.loe</code> file, 15 % smaller than AVIF and a third smaller than JPEG XL at what the eye sees.',
  'One file gives the picture at any size, smooth when it is enlarged, and the same bits on every machine.',
  'The price is time: a fit takes seconds to minutes, decoding a fraction of a second.',
];

const SNIPPET = `<script type="module" src="/loec/element.js"></script>
<loec-img src="photo.loe" alt="A red boat" width="768" height="512"></loec-img>`;

export async function homePage(): Promise<Page> {
  const [hero, ...others] = await Promise.all(GALLERY.map(look));
  const cards = [hero as Shown, ...others].map(card);
  const body = `<main id="main" class="home-page">
<section class="hero">
<div>
<h1>One small file.<br>Every size.</h1>
${SENTENCES.map((sentence) => `<p>${sentence}</p>`).join('\n')}
<p class="actions"><a class="button primary" href="try.html">Try it with a picture</a> <a class="button" href="docs/web.html">Put it in a page</a></p>
</div>
<figure>
${picture(hero as Shown, 'eager')}
<figcaption>A <code>.loe</code> file of ${bytesText((hero as Shown).bytes)}, drawn for the pixels of your screen.</figcaption>
</figure>
</section>
<section aria-labelledby="gallery">
<h2 id="gallery">Gallery</h2>
<p>Open a picture and go closer: it is decoded anew for every view, beside the PNG that it was made from. Or drop a <code>.loe</code> file anywhere on this page.</p>
<div class="gallery">
${cards.join('\n')}
</div>
<p><label class="button file">Open a .loe file<input type="file" accept=".loe" data-open-loe></label></p>
</section>
<section aria-labelledby="closer">
<h2 id="closer">Three times as large</h2>
<figure class="evidence">
<img src="../docs/harbour.jpg" alt="A part of the harbour picture, enlarged three times, four times over: the original, JPEG, AVIF and loec" loading="lazy" width="1160" height="780">
<figcaption>Above: the original, and JPEG of 2,388 bytes with SSIMULACRA2 60.9. Below: AVIF of 2,313 bytes, 80.8, and a <code>.loe</code> file of 2,415 bytes decoded at three times its size, 84.4. 90 is what nobody can tell from the original.</figcaption>
</figure>
</section>
<section aria-labelledby="lines">
<h2 id="lines">Two lines in a page</h2>
<pre class="wide"><code>${escapeHtml(SNIPPET)}</code></pre>
<p>The element behaves as <code>&lt;img&gt;</code> does, decodes in a worker, and never decodes more pixels than are seen. <a href="docs/web.html">How to use it</a>, and <a href="docs/results.html">every figure with the command that made it</a>.</p>
</section>
</main>`;
  return {
    path: 'index.html',
    title: 'loec – one small file, every size',
    description:
      'An image codec made of neural fields: one small file gives a picture at any size, 15 % smaller than AVIF at what the eye sees.',
    body,
    scripts: ['home.ts'],
  };
}

/** The picture's size is read from the header of the PNG. */
async function look(picture: GalleryPicture): Promise<Shown> {
  const png = await readFile(join(REPOSITORY, `corpus/${picture.name}.png`));
  const { size } = await stat(join(REPOSITORY, `site/public/gallery/${picture.name}.loe`));
  return {
    ...picture,
    width: png.readUInt32BE(16),
    height: png.readUInt32BE(20),
    bytes: size,
    pngBytes: png.length,
  };
}

const loePath = ({ name }: GalleryPicture): string => `gallery/${name}.loe`;

/** With the PNG for pages without scripts. */
function picture(shown: Shown, loading: 'eager' | 'lazy'): string {
  const { name, alt, width, height } = shown;
  const size = `width="${width}" height="${height}"`;
  return `<loec-img src="${loePath(shown)}" alt="${escapeHtml(alt)}" ${size} loading="${loading}"><noscript><img vite-ignore src="gallery/${name}.png" alt="${escapeHtml(alt)}" ${size}></noscript></loec-img>`;
}

function card(shown: Shown): string {
  const { name, title, text, alt, width, height, bytes, pngBytes } = shown;
  return `<figure class="card">
<a href="${loePath(shown)}" aria-label="${title}: ${escapeHtml(alt)}" data-view="${escapeHtml(alt)}" data-title="${title}" data-original="gallery/${name}.png">${picture(shown, 'lazy')}</a>
<figcaption><strong>${title}</strong> ${text}<br><small>${width}×${height} · ${bytesText(bytes)} <span class="quiet">PNG ${bytesText(pngBytes)}</span></small></figcaption>
</figure>`;
}
