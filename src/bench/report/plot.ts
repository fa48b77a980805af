/** @file Rate-distortion plots as SVG, drawn by Observable Plot into a document without a browser. */

import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { RatePoint } from '../../metrics/bd-rate.ts';
import {
  FONT_SIZE,
  LINE_HEIGHT,
  linesOf,
  type Position,
  placeLabels,
  reachOf,
  widthOf,
} from './end-labels.ts';
import { escapeHtml } from './page.ts';
import type { Palette } from './palette.ts';

interface PlotPoint extends RatePoint {
  /** What is told of it: codec, setting, rate, score, seconds. */
  readonly hint: string;
}

export interface PlotCurve {
  readonly name: string;
  readonly points: readonly PlotPoint[];
  /** Drawn dashed and thin: figures of others, not measured here. */
  readonly published?: true;
}

interface PlotOptions {
  readonly title: string;
  /** Of the vertical axis. */
  readonly quality: string;
  /** Curves have the colours of their places in the list. */
  readonly palette: Palette;
  readonly width: number;
  readonly height: number;
}

/** Rates with a tick on the logarithmic axis: doublings. */
const TICKS = [0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8];

/** In pixels, and the most on the right as a share of the width. */
const MARGIN = { top: 28, left: 44, bottom: 40, leastRight: 12, mostRight: 0.4 };

/** @returns an `<svg>` element with its namespace, to be inlined or saved */
export function drawPlot(curves: readonly PlotCurve[], options: PlotOptions): string {
  const { title, quality, palette, width, height } = options;
  const drawn = curves.filter(({ points }) => points.length > 0);
  const measured = drawn.filter(({ published }) => !published).flatMap(rowsOf);
  const published = drawn.filter((curve) => curve.published).flatMap(rowsOf);
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const line = { x: 'bpp', y: 'quality', z: 'name' } as const;
  const plot = Plot.plot({
    document: document as unknown as Document,
    width,
    height,
    marginTop: MARGIN.top,
    marginLeft: MARGIN.left,
    marginBottom: MARGIN.bottom,
    marginRight: rightMargin(drawn, width),
    style: { fontFamily: 'system-ui, sans-serif', fontSize: `${FONT_SIZE}px`, background: palette.ground },
    // With base 10 Plot would not label every tick.
    x: {
      type: 'log',
      base: 2,
      label: 'bits per pixel',
      ticks: ticksOf(drawn),
      tickFormat: String,
      grid: true,
    },
    y: { label: quality, grid: true },
    color: { domain: curves.map(({ name }) => name), range: curves.map((_, i) => palette.curve(i)) },
    marks: [
      Plot.line(published, { ...line, stroke: palette.soft, strokeWidth: 1.2, strokeDasharray: '4 3' }),
      Plot.line(measured, { ...line, stroke: 'name', strokeWidth: 2 }),
      Plot.dot(measured, { x: 'bpp', y: 'quality', fill: 'name', r: 3.5, ariaLabel: 'hint' }),
    ],
  });
  plot.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  plot.setAttribute('role', 'group');
  plot.setAttribute('aria-label', title);
  for (const dot of plot.querySelectorAll('circle')) dot.setAttribute('role', 'img');
  const names = placeNames(drawn, plot, options).map((name) => nameOf(name, palette));
  return plot.outerHTML.replace(/<\/svg>$/, `<g>${names.join('')}</g></svg>`);
}

interface PlacedName {
  readonly curve: PlotCurve;
  readonly lines: readonly string[];
  readonly end: Position;
  readonly left: number;
  readonly middle: number;
}

function placeNames(
  curves: readonly PlotCurve[],
  plot: Plot.Plot,
  { width, height }: PlotOptions,
): PlacedName[] {
  const [x, y] = [plot.scale('x'), plot.scale('y')];
  const ways = curves.map(({ points }) =>
    points
      .toSorted((a, b) => a.bpp - b.bpp)
      .map(({ bpp, quality }): Position => [x?.apply(bpp), y?.apply(quality)]),
  );
  const labels = curves.map((curve, i) => ({
    curve,
    lines: linesOf(curve.name),
    end: ways[i]?.at(-1) as Position,
  }));
  const room = { width, top: MARGIN.top - LINE_HEIGHT, bottom: height - MARGIN.bottom };
  return placeLabels(labels, ways.flatMap(pixelsOf), room);
}

/** One for each column that the line goes through. */
function pixelsOf(way: readonly Position[]): Position[] {
  return way.slice(1).flatMap(([x1, y1], i) => {
    const [x0, y0] = way[i] as Position;
    const count = Math.max(1, Math.round(x1 - x0));
    return Array.from({ length: count }, (_, k): Position => {
      const share = (k + 1) / count;
      return [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
    });
  });
}

/** So wide that names end within the plot, as far as it leaves room for curves: one may end before the frame does. */
function rightMargin(curves: readonly PlotCurve[], width: number): number {
  const rates = curves.flatMap(({ points }) => points.map(({ bpp }) => Math.log(bpp)));
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  const inner = width - MARGIN.left;
  const margins = curves.map(({ name, points }) => {
    const end = Math.max(...points.map(({ bpp }) => Math.log(bpp)));
    const share = high > low ? Math.max((end - low) / (high - low), 0.01) : 0.5;
    return (reachOf(linesOf(name)) - (1 - share) * inner) / share;
  });
  return Math.min(Math.max(MARGIN.leastRight, ...margins), MARGIN.mostRight * width);
}

/** A name, whose ground keeps it apart from curves behind it, and a line to it where it is not beside its curve's end. */
function nameOf({ curve, lines, end: [x, y], left, middle }: PlacedName, { ground, soft }: Palette): string {
  const baseline = middle - (LINE_HEIGHT * lines.length) / 2 + LINE_HEIGHT - 3;
  const isRight = left > x;
  const near = isRight ? left : left + widthOf(lines);
  const texts = lines.map((line, i) => {
    const place = `x="${round(near)}" y="${round(baseline + LINE_HEIGHT * i)}"`;
    return `<tspan ${place}>${escapeHtml(line)}</tspan>`;
  });
  const isMoved = Math.abs(middle - y) > LINE_HEIGHT / 2;
  const leader = `<path d="M${round(x)} ${round(y)}L${round(near + (isRight ? -2 : 2))} ${round(middle)}" stroke="${soft}"/>`;
  const halo = `stroke="${ground}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`;
  const weight = curve.published ? '' : ' font-weight="600"';
  return `${isMoved ? leader : ''}<text text-anchor="${isRight ? 'start' : 'end'}" fill="currentColor"${weight} ${halo}>${texts.join('')}</text>`;
}

function round(pixels: number): string {
  return pixels.toFixed(1);
}

/** Those of TICKS that the curves span: Plot would draw the others beyond its frame. */
function ticksOf(curves: readonly PlotCurve[]): number[] {
  const rates = curves.flatMap(({ points }) => points.map(({ bpp }) => bpp));
  return TICKS.filter((tick) => tick >= Math.min(...rates) && tick <= Math.max(...rates));
}

function rowsOf({ name, points }: PlotCurve): (PlotPoint & { name: string })[] {
  return points.map((point) => ({ name, ...point }));
}
