/** @file The report: one self-contained page of plots, tables and pictures. */

import { PUBLISHED } from '../published.ts';
import { scaleOf } from '../scale.ts';
import { bdLines, meanCurve, pictureCurve, type Summary } from '../summary.ts';
import type { Comparison } from './compare.ts';
import { escapeHtml, pageOf, tableOf } from './page.ts';
import { colours, drawPlot, type PlotCurve } from './plot.ts';
import { bdRateTable, failuresTable, timesTable } from './tables.ts';

/** Published curves of codecs that a bench measures itself. */
const MEASURABLE = ['jpeg-default', 'mozjpeg'];

export interface ReportInput {
  readonly summary: Summary;
  readonly upscale: number;
  /** The curve that others are compared with. */
  readonly anchor: string;
  readonly comparisons: readonly Comparison[];
  /** The command that made the report. */
  readonly command: string;
}

export function toHtml(input: ReportInput): string {
  const { summary, command } = input;
  const parts = [
    headOf(input),
    ...summary.metrics.map((metric) => metricPart(input, metric)),
    comparisonPart(input.comparisons),
    picturesPart(input),
    `<h2>Time and memory</h2>${tableOf(timesTable(summary))}
<p class="soft">Means over all points. Memory is the largest resident set of the process that measured a curve on a picture, the codec with its runtime.</p>`,
    summary.failures.length > 0 ? `<h2>Not measured</h2>${tableOf(failuresTable(summary))}` : '',
    `<h2>Made by</h2><pre>${escapeHtml(command)}</pre>${machines(summary)}`,
  ];
  return pageOf('loec bench', parts.filter(Boolean).join('\n'));
}

function headOf({ summary, upscale }: ReportInput): string {
  const count = `${summary.pictures.length} ${summary.pictures.length === 1 ? 'picture' : 'pictures'}`;
  const way =
    upscale === 1
      ? 'Rates are sizes of files on disk, scores those of the decoded files, per picture and then averaged.'
      : `Pictures are shrunk by ${upscale} (means of the stored samples), coded, and brought back to their size: loec evaluates its field there,
the pixels of others are enlarged. Rates count the pixels of the original.`;
  const odd = summary.pictures.filter((name) => !summary.matched.includes(name));
  const left = odd.length > 0 ? ` Means are without ${odd.join(', ')}, which not every codec takes.` : '';
  return `<h1>loec bench</h1><p class="soft">${count}, ${summary.codecs.length} codecs. ${way}${escapeHtml(left)}</p>`;
}

/** Published means are over the Kodak set and say something only beside measurements of its pictures. */
function publishedCurves({ summary, upscale }: ReportInput, metric: string): PlotCurve[] {
  const kodak = summary.pictures.every((name) => /^kodim\d\d\.png$/.test(name));
  if (!kodak || metric !== 'psnr' || upscale !== 1) return [];
  return PUBLISHED.filter(({ id }) => !MEASURABLE.includes(id)).map(({ label, bpp, psnr }) => {
    const points = bpp.map((rate, i) => ({ bpp: rate, quality: psnr[i] as number }));
    return { name: `${label} (published)`, points, published: true };
  });
}

function metricPart(input: ReportInput, metric: string): string {
  const { summary, anchor } = input;
  const measured = summary.codecs.map((name) => ({ name, points: meanCurve(summary, name, metric) }));
  const curves: PlotCurve[] = [...measured, ...publishedCurves(input, metric)];
  const names = curves.map(({ name }) => name);
  const { label } = scaleOf(metric);
  const plot = drawPlot(curves, {
    title: `Mean ${label} over rate`,
    quality: label,
    names,
    width: 960,
    height: 480,
  });
  const table = bdRateTable(bdLines(summary, anchor, metric), summary.pictures, metric);
  return `<h2>${escapeHtml(label)}</h2>
${legendOf(curves)}
${plot}
<h2>BD-rate against ${escapeHtml(anchor)}, by ${escapeHtml(label)}</h2>
<p class="soft">Bits more (+) or less (−) at equal quality over the common range (PCHIP), per picture and then averaged. Point at a dash for its reason.</p>
${tableOf(table)}`;
}

function legendOf(curves: readonly PlotCurve[]): string {
  const palette = colours(curves.length);
  const items = curves.map(({ name, published }, i) => {
    const kind = published ? ' class="published"' : '';
    return `<li><i${kind} style="border-color:${palette[i]}"></i>${escapeHtml(name)}</li>`;
  });
  return `<ul class="legend">${items.join('')}</ul>`;
}

/** Small multiples of the first metric. */
function picturesPart({ summary }: ReportInput): string {
  const [metric] = summary.metrics;
  if (metric === undefined || summary.pictures.length < 2) return '';
  const { label } = scaleOf(metric);
  const figures = summary.pictures.map((picture) => {
    const curves = summary.codecs.map((name) => ({
      name,
      points: pictureCurve(summary, name, picture, metric),
    }));
    const options = { title: picture, quality: label, names: summary.codecs, width: 340, height: 260 };
    return `<figure><figcaption>${escapeHtml(picture)}</figcaption>${drawPlot(curves, options)}</figure>`;
  });
  const legend = legendOf(summary.codecs.map((name) => ({ name, points: [] })));
  return `<h2>Each picture</h2>${legend}<div class="plots">${figures.join('\n')}</div>`;
}

function comparisonPart(comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0) return '';
  return `<h2>Side by side</h2>
<p class="soft">The middle of each picture, at sizes as equal as the points allow. Drag to move the border; choose what is on either side of it.</p>
<div class="comparisons">${comparisons.map(comparisonOf).join('\n')}</div>`;
}

function comparisonOf({ picture, width, height, views }: Comparison): string {
  const sources = views.map(({ png }) => `data:image/png;base64,${Buffer.from(png).toString('base64')}`);
  const select = (chosen: number, side: string): string => {
    const options = views.map(
      ({ caption }, i) =>
        `<option value="${i}"${i === chosen ? ' selected' : ''}>${escapeHtml(caption)}</option>`,
    );
    return `<select aria-label="${side} of ${escapeHtml(picture)}">${options.join('')}</select>`;
  };
  const image = (view: number): string =>
    `<img src="${sources[view]}" width="${width}" height="${height}" alt="${escapeHtml(views[view]?.caption ?? '')}">`;
  return `<div class="comparison"><strong>${escapeHtml(picture)}</strong>
<div class="compare">${image(1)}${image(2)}</div>
<input type="range" min="0" max="100" value="50" aria-label="border">
<div class="sides">${select(1, 'left')}${select(2, 'right')}</div>
<script type="application/json">${JSON.stringify(sources)}</script></div>`;
}

function machines({ rows }: Summary): string {
  const names = [...new Set(rows.map(({ machine }) => machine))];
  return `<p class="soft">${names.map(escapeHtml).join('<br>')}</p>`;
}
