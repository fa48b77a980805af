/** @file The page: tables, convergence, and every picture with its error maps. Pictures lie beside it as PNG. */

import { escapeHtml, pageOf, tableOf } from '../../src/bench/report/page.ts';
import { convergencePlot } from './convergence.ts';
import type { Protocol } from './protocol.ts';
import { type PaperTable, tablesOf } from './systems.ts';
import { type FoundResults, psnrTable, sizesTable } from './tables.ts';

/** A system's picture, beneath the page's folder. */
export interface View {
  readonly picture: string;
  readonly system: string;
  readonly psnr: number;
  readonly decoded: string;
  readonly errors: string;
}

/** The middle third of a picture, enlarged; the paper shows such crops. */
const STYLE = `<style>
.views { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 18px; }
.views img { width: 100%; display: block; }
.views .crop { aspect-ratio: 3 / 2; overflow: hidden; margin-top: 4px; }
.views .crop img { transform: scale(3); image-rendering: pixelated; }
</style>`;

export function paperPage(
  protocol: Protocol,
  table: PaperTable | 'all',
  results: FoundResults,
  views: readonly View[],
): string {
  const pictures = [...new Set(views.map(({ picture }) => picture))];
  const parts = [
    `<h1>The paper's tables</h1><p class="soft">${escapeHtml(describe(protocol))}</p>${STYLE}`,
    ...tablesOf(table).map(
      (number) => `<h2>Table ${number}: PSNR, dB</h2>${tableOf(psnrTable(number, results))}`,
    ),
    `<h2>Sizes of the files, bytes</h2>${tableOf(sizesTable(results))}`,
    `<h2>PSNR over steps</h2>${convergencePlot(results)}`,
    ...pictures.map((picture) => {
      const own = views.filter((view) => view.picture === picture);
      return `<h2>${escapeHtml(picture)}</h2><div class="views">${own.map(figureOf).join('\n')}</div>`;
    }),
  ];
  return pageOf("loec: the paper's tables", parts.join('\n'));
}

function figureOf({ system, psnr, decoded, errors }: View): string {
  const images = [decoded, errors].map(
    (path) => `<img src="${escapeHtml(path)}" alt="${escapeHtml(system)}" loading="lazy">`,
  );
  const crops = images.map((image) => `<div class="crop">${image}</div>`);
  return `<figure><figcaption>${escapeHtml(system)}, ${psnr.toFixed(2)} dB</figcaption>${[...images, ...crops].join('')}</figure>`;
}

/** For people. */
export function describe({ width, steps, learningRate, omega, crop, finest, seed }: Protocol): string {
  const part = crop ? `the middle ${crop.width}×${crop.height} pixels` : 'whole pictures';
  return `Width ${width}, ${steps} steps of Adam at ${learningRate} over ${part}, ω ${omega}, finest tiles of frequency ${finest}, seed ${seed}.`;
}
