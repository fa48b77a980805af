/** @file Writes a report: page, tables, plots and data, all made anew from the rows. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSharp } from '../../image/foreign/sharp.ts';
import { fileName, type Row } from '../row.ts';
import { scaleOf } from '../scale.ts';
import { toCompressAi } from './compressai.ts';
import { toCsv } from './csv.ts';
import { meanPlotCurve } from './curves.ts';
import { type ReportInput, toHtml } from './html.ts';
import { toMarkdownReport } from './markdown.ts';
import { FILE_PALETTE } from './palette.ts';
import { drawPlot } from './plot.ts';

/** @returns the path of the page */
export async function writeReport(folder: string, input: ReportInput, rows: readonly Row[]): Promise<string> {
  const { summary } = input;
  await mkdir(join(folder, 'compressai'), { recursive: true });
  await writeFile(join(folder, 'results.csv'), toCsv(rows, summary.metrics));
  for (const result of toCompressAi(summary)) {
    const name = `${fileName(result.name)}.json`;
    await writeFile(join(folder, 'compressai', name), `${JSON.stringify(result, null, 2)}\n`);
  }
  for (const metric of summary.metrics) await writePlot(folder, input, metric);
  await writeFile(join(folder, 'report.md'), toMarkdownReport(input));
  const page = join(folder, 'report.html');
  await writeFile(page, toHtml(input));
  return page;
}

/** The mean plot of a metric as SVG and PNG, with its names in it. */
async function writePlot(folder: string, { summary }: ReportInput, metric: string): Promise<void> {
  const curves = summary.codecs.map((name) => meanPlotCurve(summary, name, metric));
  const { label: quality } = scaleOf(metric);
  const title = `Mean ${quality} over rate, ${summary.matched.length} pictures`;
  const svg = drawPlot(curves, { title, quality, palette: FILE_PALETTE, width: 960, height: 540 });
  await writeFile(join(folder, `${metric}.svg`), svg);
  const sharp = await loadSharp();
  await writeFile(
    join(folder, `${metric}.png`),
    await sharp(Buffer.from(svg), { density: 144 }).png().toBuffer(),
  );
}
