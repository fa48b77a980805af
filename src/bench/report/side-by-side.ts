/** @file The part of the page where pictures are looked at beside each other. `viewer.js` brings it to life. */

import type { Comparison, View } from './compare.ts';
import { escapeHtml } from './page.ts';

/** How much brighter differences are shown: an error of 32 of 255 levels is white. */
const FACTOR = 8;

/** Bits per pixel at which codecs are compared at first, as near as there are points. */
const WANTED_BPP = 0.4;

/** Between two stops of the slider of rates, in doublings. */
const RATE_STEP = 0.02;

/** @param names of the codecs that are compared, in order */
export function viewerOf(comparisons: readonly Comparison[], names: readonly string[]): string {
  const rates = comparisons.flatMap(({ codecs }) => codecs.flat().map(({ bpp }) => bpp));
  if (rates.length === 0) return '';
  const [low, high] = [Math.log2(Math.min(...rates)), Math.log2(Math.max(...rates))];
  return `<h2>Side by side</h2>
<p class="soft">The middle of each picture. The left codec shows its point nearest to the rate that you choose, the right one its point nearest to the size of the left one's. Transparent parts lie on grey.</p>
<section class="viewer" tabindex="-1" aria-label="Pictures side by side" data-view="border" data-shown="left" data-factor="${FACTOR}" style="--factor: ${FACTOR}">
<form class="controls">
${selectOf('Left', names, names.length > 1 ? '0' : 'original')}
${selectOf('Right', names, names.length > 1 ? '1' : '0')}
<label>Rate: <output>${WANTED_BPP} bits per pixel</output><input type="range" name="rate" min="${low}" max="${high}" step="${RATE_STEP}" value="${Math.log2(WANTED_BPP)}"></label>
<fieldset><legend class="unseen">View</legend>
<label><input type="radio" name="view" value="border" checked>Border to drag</label>
<label><input type="radio" name="view" value="flip">One at a time</label>
<label><input type="radio" name="view" value="difference">Difference ×${FACTOR} <kbd>d</kbd></label>
</fieldset>
<button>Flip <kbd>f</kbd></button>
<p role="status"></p>
</form>
<div class="comparisons">${comparisons.map(figureOf).join('\n')}</div>
<script type="application/json">${dataOf(comparisons)}</script>
</section>`;
}

function selectOf(side: 'Left' | 'Right', names: readonly string[], chosen: string): string {
  const choices = [['original', 'original'], ...names.map((name, i) => [String(i), name])];
  const options = choices.map(([value = '', name = '']) => {
    const selected = value === chosen ? ' selected' : '';
    return `<option value="${value}"${selected}>${escapeHtml(name)}</option>`;
  });
  return `<label>${side}<select name="${side.toLowerCase()}">${options.join('')}</select></label>`;
}

function figureOf({ picture, width, height }: Comparison): string {
  const image = (side: string): string =>
    `<img class="${side}" width="${width}" height="${height}" alt="" draggable="false">`;
  return `<figure class="comparison"><figcaption><strong>${escapeHtml(picture)}</strong></figcaption>
<div class="frame">${image('left')}${image('right')}</div>
<input type="range" min="0" max="100" step="any" value="50" aria-label="border between left and right of ${escapeHtml(picture)}, percent">
<p class="left"></p><p class="right"></p></figure>`;
}

/** What `viewer.js` reads. No `<` can end the script. */
function dataOf(comparisons: readonly Comparison[]): string {
  const viewOf = ({ bpp, caption, webp }: View) => ({
    bpp,
    caption,
    source: `data:image/webp;base64,${Buffer.from(webp).toString('base64')}`,
  });
  const pictures = comparisons.map(({ original, codecs }) => ({
    original: viewOf(original),
    codecs: codecs.map((views) => views.map(viewOf)),
  }));
  return JSON.stringify(pictures).replaceAll('<', '\\u003c');
}
