/** @file The tables of a report as cells, for the page and for Markdown alike. */

import type { GoodRow } from '../row.ts';
import { scaleOf } from '../scale.ts';
import { type BdLine, mean, meanCurve, roundings, type Summary } from '../summary.ts';
import type { Cell, Table } from './page.ts';

/** A line per codec: the mean BD-rate, the mean gain at equal rate, then the BD-rate of every picture. */
export function bdRateTable(lines: readonly BdLine[], pictures: readonly string[], metric: string): Table {
  const { unit } = scaleOf(metric);
  return {
    head: ['codec', 'BD-rate', 'gain', ...pictures.map((name) => name.replace(/\.png$/i, ''))],
    rows: lines.map(({ codec, mean: average, gain, pictures: figures }) => [
      codec,
      figureCell(average ?? 'no picture has a figure'),
      gain === null ? { text: '–', kind: 'none' } : signed(gain, 2, unit),
      ...figures.map(figureCell),
    ]),
  };
}

function figureCell(figure: number | string): Cell {
  if (typeof figure === 'string') return { text: '–', kind: 'none', hint: figure };
  const text = signed(figure, 1, '%');
  return figure < 0 ? { text, kind: 'better' } : { text };
}

function signed(value: number, digits: number, unit: string): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(digits)} ${unit}`.replace('-', '−').trimEnd();
}

/** Mean rate and mean scores of each point of each codec. */
export function pointsTable(summary: Summary): Table {
  const rows = summary.codecs.flatMap((codec) => {
    const curves = summary.metrics.map((metric) => meanCurve(summary, codec, metric));
    return (curves[0] ?? []).map(({ bpp }, i) => [
      codec,
      bpp.toFixed(3),
      ...curves.map((curve) => curve[i]?.quality.toFixed(2) ?? '–'),
    ]);
  });
  return { head: ['codec', 'bpp', ...summary.metrics.map((metric) => scaleOf(metric).label)], rows };
}

/** Seconds and memory of each codec: means over its rows, and the largest memory. */
export function timesTable(summary: Summary): Table {
  const rows = summary.codecs.map((codec) => {
    const chosen = summary.rows.filter((row) => row.codec === codec);
    const average = (value: (row: GoodRow) => number): string =>
      chosen.length > 0 ? mean(chosen.map(value)).toPrecision(3) : '–';
    const memory = Math.max(...chosen.map(({ peakMemory }) => peakMemory));
    return [
      codec,
      String(chosen.length),
      average(({ encodeSeconds }) => encodeSeconds),
      average(({ decodeSeconds }) => decodeSeconds),
      chosen.length > 0 ? `${(memory / 1e6).toFixed(0)} MB` : '–',
      chosen[0]?.version ?? '–',
    ];
  });
  return {
    head: ['codec', 'points', 'encode, s', 'decode, s', 'peak memory of the process', 'version'],
    rows,
  };
}

/** One line for all points of a curve on a picture that failed alike. */
export function failuresTable({ failures }: Summary): Table {
  const counts = new Map<string, number>();
  for (const { picture, codec, error } of failures) {
    const key = JSON.stringify([picture, codec, error]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return {
    head: ['picture', 'codec', 'points', 'why'],
    rows: [...counts].map(([key, count]) => {
      const [picture, codec, error] = JSON.parse(key) as [string, string, string];
      return [picture, codec, String(count), error];
    }),
  };
}

/** Pictures of more bits per sample than a codec holds. */
export function roundingsTable(summary: Summary): Table {
  return {
    head: ['picture', 'bits', 'codec', 'bits that it got'],
    rows: roundings(summary).map(({ picture, depth, codec, codedDepth }) => [
      picture,
      String(depth),
      codec,
      String(codedDepth),
    ]),
  };
}

export function toMarkdown({ head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const texts = rows.map((cells) => cells.map((cell) => (typeof cell === 'string' ? cell : cell.text)));
  return [line(head), line(head.map(() => '---')), ...texts.map(line)].join('');
}
