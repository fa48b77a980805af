/** @file The report: one self-contained page of plots, tables and pictures. */

import { PUBLISHED } from '../published.ts';
import { scaleOf } from '../scale.ts';
import { bdLines, roundings, type Summary } from '../summary.ts';
import type { Comparison } from './compare.ts';
import { meanPlotCurve, picturePlotCurve } from './curves.ts';
import { escapeHtml, pageOf, tableOf } from './page.ts';
import { PAGE_PALETTE } from './palette.ts';
import { drawPlot, type PlotCurve } from './plot.ts';
import { viewerOf } from './side-by-side.ts';
import { bdRateTable, failuresTable, roundingsTable, timesTable } from './tables.ts';

/** Published curves of codecs that a bench measures itself. */
const MEASURABLE = ['jpeg-default', 'mozjpeg'];

/** Sizes of plots: for most screens, and for phones and small multiples. */
const WIDE = { width: 860, height: 440 };
const NARROW = { width: 350, height: 290 };

export interface ReportInput {
  readonly summary: Summary;
  readonly upscale: number;
  /** The curve that others are compared with. */
  readonly anchor: string;
  readonly comparisons: readonly Comparison[];
  /** Names of the curves that are compared. */
  readonly compared: readonly string[];
  /** The command that made the report. */
  readonly command: string;
}

export function toHtml(input: ReportInput): string {
  const { summary, command } = input;
  const parts = [
    headOf(input),
    ...summary.metrics.map((metric) => metricPart(input, metric)),
    viewerOf(input.comparisons, input.compared),
    picturesPart(input),
    `<h2>Time and memory</h2>${tableOf(timesTable(summary))}
<p class="soft">Means over all points. Memory is the largest resident set of the process that measured a curve on a picture, the codec with its runtime.</p>`,
    roundingsPart(summary),
    summary.failures.length > 0 ? `<h2>Not measured</h2>${tableOf(failuresTable(summary))}` : '',
    `<h2>Made by</h2><pre>${escapeHtml(command)}</pre>${machines(summary)}`,
  ];
  return pageOf('loec bench', parts.filter(Boolean).join('\n'));
}

function headOf({ summary, upscale }: ReportInput): string {
  const count = picturesOf(summary.pictures.length);
  const way =
    upscale === 1
      ? 'Rates are sizes of files on disk, scores those of the decoded files, per picture and then averaged.'
      : `Pictures are shrunk by ${upscale} (means of the stored samples), coded, and brought back to their size: loec evaluates its field there,
the pixels of others are enlarged. Rates count the pixels of the original.`;
  const odd = summary.pictures.filter((name) => !summary.matched.includes(name));
  const left = odd.length > 0 ? ` Means are without ${odd.join(', ')}, which not every codec takes.` : '';
  return `<h1>loec bench</h1><p class="soft">${count}, ${summary.codecs.length} codecs. ${way}${escapeHtml(left)}</p>`;
}

function picturesOf(count: number): string {
  return `${count} ${count === 1 ? 'picture' : 'pictures'}`;
}

/** Published means are over the Kodak set and say something only beside measurements of its pictures. */
function publishedCurves({ summary, upscale }: ReportInput, metric: string): PlotCurve[] {
  const kodak = summary.pictures.every((name) => /^kodim\d\d\.png$/.test(name));
  if (!kodak || metric !== 'psnr' || upscale !== 1) return [];
  return PUBLISHED.filter(({ id }) => !MEASURABLE.includes(id)).map(({ label, bpp, psnr }) => {
    const points = bpp.map((rate, i) => ({ bpp: rate, quality: psnr[i] as number, hint: label }));
    return { name: label, points, published: true };
  });
}

function metricPart(input: ReportInput, metric: string): string {
  const { summary, anchor } = input;
  const measured = summary.codecs.map((name) => meanPlotCurve(summary, name, metric));
  const published = publishedCurves(input, metric);
  const { label } = scaleOf(metric);
  const options = { title: `Mean ${label} over rate`, quality: label, palette: PAGE_PALETTE };
  const wide = drawPlot([...measured, ...published], { ...options, ...WIDE });
  const narrow = drawPlot(measured, { ...options, ...NARROW });
  const dashed = published.length > 0 ? ' Dashed curves are published ones, not measured here.' : '';
  const table = bdRateTable(bdLines(summary, anchor, metric), summary.pictures, metric);
  return `<h2>${escapeHtml(label)}</h2>
<p class="soft">Means over ${picturesOf(summary.matched.length)}. Point at or tap a point, or go through them with the arrow keys, for its figures.<span class="wide">${dashed}</span></p>
<div class="wide">${wide}</div><div class="narrow">${narrow}</div>
<h2>BD-rate against ${escapeHtml(anchor)}, by ${escapeHtml(label)}</h2>
<p class="soft">Bits more (+) or less (−) at equal quality over the common range (PCHIP), per picture and then averaged. Point at or tap a dash for its reason.</p>
${tableOf(table)}`;
}

/** Small multiples of the first metric. */
function picturesPart({ summary }: ReportInput): string {
  const [metric] = summary.metrics;
  if (metric === undefined || summary.pictures.length < 2) return '';
  const { label } = scaleOf(metric);
  const figures = summary.pictures.map((picture) => {
    const curves = summary.codecs.map((name) => picturePlotCurve(summary, name, picture, metric));
    const options = { title: `${picture}: ${label} over rate`, quality: label, palette: PAGE_PALETTE };
    return `<figure><figcaption>${escapeHtml(picture)}</figcaption>${drawPlot(curves, { ...options, ...NARROW })}</figure>`;
  });
  return `<h2>Each picture</h2><div class="plots">${figures.join('\n')}</div>`;
}

function roundingsPart(summary: Summary): string {
  if (roundings(summary).length === 0) return '';
  return `<h2>Rounded to fewer bits</h2>
<p class="soft">These codecs hold no more bits per sample. Scores are against the picture with all of its bits.</p>${tableOf(roundingsTable(summary))}`;
}

function machines({ rows }: Summary): string {
  const names = [...new Set(rows.map(({ machine }) => machine))];
  return `<p class="soft">${names.map(escapeHtml).join('<br>')}</p>`;
}
