/** @file PSNR over steps, as SVG. */

import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { PAGE_PALETTE } from '../../src/bench/report/palette.ts';
import { mean } from '../../src/bench/summary.ts';
import type { CurvePoint } from './fit.ts';
import type { FoundResults } from './tables.ts';

/** Means over the pictures; those of one system and protocol have their points at the same steps. */
function meanCurve(results: FoundResults): CurvePoint[] {
  const [first, ...others] = results;
  return (first?.curve ?? []).map(({ step, psnr }, i) => {
    return { step, psnr: mean([psnr, ...others.map(({ curve }) => curve[i]?.psnr ?? psnr)]) };
  });
}

export function convergencePlot(results: FoundResults): string {
  const names = [...new Set(results.map(({ system }) => system))];
  const rows = names.flatMap((system) =>
    meanCurve(results.filter((result) => result.system === system)).map((point) => ({ system, ...point })),
  );
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const element = Plot.plot({
    document: document as unknown as Document,
    width: 960,
    height: 440,
    marginRight: 150,
    style: { fontFamily: 'system-ui, sans-serif', fontSize: '12px', background: 'none' },
    x: { label: 'steps', grid: true },
    y: { label: 'PSNR, dB', grid: true },
    color: { domain: names, range: names.map((_, i) => PAGE_PALETTE.curve(i)) },
    marks: [
      Plot.line(rows, { x: 'step', y: 'psnr', stroke: 'system', strokeWidth: 2 }),
      Plot.text(
        rows,
        Plot.selectLast({
          x: 'step',
          y: 'psnr',
          z: 'system',
          text: 'system',
          fill: 'system',
          textAnchor: 'start',
          dx: 6,
        }),
      ),
    ],
  });
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', 'PSNR over steps');
  return element.outerHTML;
}
