/** @file Rate-distortion plots as SVG, drawn by Observable Plot into a document without a browser. */

import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { RatePoint } from '../../metrics/bd-rate.ts';

export interface PlotCurve {
  readonly name: string;
  readonly points: readonly RatePoint[];
  /** Drawn dashed and thin: figures of others, not measured here. */
  readonly published?: true;
}

interface PlotOptions {
  readonly title: string;
  /** Of the vertical axis. */
  readonly quality: string;
  /** All names of the report in one order, so that a codec has one colour in every plot. */
  readonly names: readonly string[];
  readonly width: number;
  readonly height: number;
  /** Writes the names into the plot, for one that stands alone. */
  readonly key?: true;
}

/** Okabe and Ito's palette, told apart by people with any colour vision; the first is for the first curve. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#5b5b5b', '#000000'];

/** Rates with a tick on the logarithmic axis: doublings. */
const TICKS = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2];

/** @returns an `<svg>` element with its namespace, to be inlined or saved */
export function drawPlot(curves: readonly PlotCurve[], options: PlotOptions): string {
  const measured = curves.filter(({ published }) => !published).flatMap(rowsOf);
  const published = curves.filter((curve) => curve.published).flatMap(rowsOf);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const line = { x: 'bpp', y: 'quality', z: 'name', stroke: 'name' } as const;
  const element = Plot.plot({
    document: document as unknown as Document,
    width: options.width,
    height: options.height,
    marginLeft: 48,
    marginBottom: 40,
    marginRight: 16,
    style: { fontFamily: 'system-ui, sans-serif', fontSize: '12px', background: 'white' },
    // With base 10 Plot would not label every tick.
    x: {
      type: 'log',
      base: 2,
      label: 'bits per pixel',
      ticks: ticksOf(curves),
      tickFormat: String,
      grid: true,
    },
    y: { label: options.quality, grid: true },
    color: { domain: [...options.names], range: colours(options.names.length) },
    marks: [
      Plot.line(published, { ...line, strokeWidth: 1.2, strokeDasharray: '4 3' }),
      Plot.line(measured, { ...line, strokeWidth: 2 }),
      Plot.dot(measured, { x: 'bpp', y: 'quality', fill: 'name', r: 3 }),
      ...(options.key ? options.names.map(keyOf) : []),
    ],
  });
  element.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', options.title);
  return element.outerHTML;
}

/** A name in its colour, below those before it. */
function keyOf(name: string, index: number) {
  const place = { frameAnchor: 'top-left', dx: 12, dy: 12 + 17 * index, textAnchor: 'start' } as const;
  return Plot.text([name], { ...place, fill: () => name, fontWeight: 600 });
}

/** Those of TICKS that the curves span: Plot would draw the others beyond its frame. */
function ticksOf(curves: readonly PlotCurve[]): number[] {
  const rates = curves.flatMap(({ points }) => points.map(({ bpp }) => bpp));
  return TICKS.filter((tick) => tick >= Math.min(...rates) && tick <= Math.max(...rates));
}

/** The colour of each name, in order. */
export function colours(count: number): string[] {
  return Array.from({ length: count }, (_, i) => COLOURS[i % COLOURS.length] as string);
}

function rowsOf({ name, points }: PlotCurve): (RatePoint & { name: string })[] {
  return points.map((point) => ({ name, ...point }));
}
