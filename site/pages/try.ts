/** @file The page on which a picture is fitted. What happens on it is in `src/try`. */

import { GALLERY } from './gallery.ts';
import type { Page } from './layout.ts';

const samples = GALLERY.map(
  ({ name, title }) =>
    `<button type="button" class="link" data-sample="gallery/${name}.png">${title.toLowerCase()}</button>`,
);

const BODY = `<main id="main" class="try-page">
<h1>Fit a picture</h1>
<p class="lead">A small neural field learns your picture, here in the page. Nothing is sent anywhere.</p>
<div class="bench">
<section class="stage" aria-label="Picture">
<label class="drop" id="drop"><input type="file" id="file" accept="image/*,.loe">
<span><strong>Drop a picture here</strong>, paste one, or <u>choose a file</u><br><small>JPEG, PNG, WebP, AVIF, or a .loe to look at</small></span></label>
<figure id="shown" hidden><canvas id="canvas" role="img" aria-label="The picture as it is fitted"></canvas><figcaption id="caption"></figcaption></figure>
<div id="viewer" class="viewer" hidden></div>
<p id="samples">Or take one of the gallery: ${samples.join(', ')}.</p>
</section>
<form class="panel" id="options" aria-label="Fit">
<p><label for="size">Size</label><select id="size" disabled><option>Choose a picture first</option></select></p>
<p><label for="quality">Quality <output for="quality" id="quality-text"></output></label>
<input type="range" id="quality" min="0" max="95" step="5" value="50" aria-describedby="quality-note"><small id="quality-note"></small></p>
<p><label for="effort">Effort <output for="effort" id="effort-text"></output></label>
<input type="range" id="effort" min="1" max="9" value="1" aria-describedby="effort-note"><small id="effort-note"></small></p>
<p class="actions"><button class="button primary" id="fit" disabled>Fit</button> <button type="button" class="button" id="cancel" hidden>Cancel</button></p>
<p id="message" role="status"></p>
</form>
</div>
<section id="progress" aria-label="Progress" hidden>
<progress id="done" max="1" value="0" aria-label="Share of the fit that is done"></progress>
<p class="state"><span id="phase"></span><span id="left"></span></p>
<rate-chart></rate-chart>
</section>
<section id="results" aria-labelledby="same-bytes" hidden>
<h2 id="same-bytes">Beside others of the same bytes</h2>
<p class="actions"><a class="button primary" id="download">Download the .loe</a> <a class="button" id="another" href="try.html">Another picture</a></p>
<div class="wide"><table id="rivals"><thead><tr><th scope="col">Compare with</th><th scope="col">Bytes</th><th scope="col">SSIMULACRA2</th><th scope="col">PSNR</th><th scope="col">Made by</th></tr></thead><tbody></tbody></table></div>
<p><small>The others are at the highest quality that takes no more bytes. SSIMULACRA2: 90 is what nobody can tell from the original, 70 high, 50 medium quality.</small></p>
</section>
</main>`;

export function tryPage(): Page {
  return {
    path: 'try.html',
    title: 'Try it – loec',
    description:
      'Fit a neural field to your own picture in the page, and compare it with JPEG, WebP and AVIF of the same bytes.',
    body: BODY,
    scripts: ['try/try.ts'],
  };
}
