import { parseHTML } from 'linkedom';
import { toCompressAi } from '../../src/bench/report/compressai.ts';
import { toCsv } from '../../src/bench/report/csv.ts';
import { toHtml } from '../../src/bench/report/html.ts';
import { FILE_PALETTE } from '../../src/bench/report/palette.ts';
import { drawPlot, type PlotCurve } from '../../src/bench/report/plot.ts';
import { bdRateTable, toMarkdown } from '../../src/bench/report/tables.ts';
import { bdLines, summarize } from '../../src/bench/summary.ts';
import { assert, suite } from '../harness.ts';
import { curveRows, failedRow } from './rows.ts';

const test = suite('bench report');
const SMALL = { title: 't', quality: 'dB', palette: FILE_PALETTE, height: 300 };
const NASTY = 'a<script>"b".png';
const rows = [
  ...[NASTY, 'c.png'].flatMap((picture) => [
    ...curveRows(picture, 'old', 0.2),
    ...curveRows(picture, 'new, faster', 0.1),
  ]),
  failedRow('c.png', 'old', 9, 'it said "no",\nand meant it'),
];
const summary = summarize(rows, 1);

test('CSV: quotes, commas and line ends survive', () => {
  const csv = toCsv(rows, ['psnr']);
  // A reader of RFC 4180 in one expression: quoted cells with doubled quotes, or bare ones.
  const cells = [...csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)];
  const lines = csv.split('\r\n').length - 1;
  assert.is(lines, rows.length + 1);
  assert.is(cells.length % lines, 0);
  const values = cells.map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare);
  assert.ok(values.includes(NASTY));
  assert.ok(values.includes('new, faster'));
  assert.ok(values.includes('it said "no",\nand meant it'));
});

test('CompressAI’s shape: arrays of one length, by rising rate', () => {
  const [first] = toCompressAi(summary);
  assert.is(first?.name, 'old');
  assert.equal(first?.results['psnr-rgb'], [30, 33, 36, 39, 42]);
  assert.is(first?.results.bpp?.length, 5);
});

const straight = (name: string, from: number): PlotCurve => ({
  name,
  points: [0, 5].map((more) => ({
    bpp: 0.1 * 4 ** (more / 5),
    quality: from + more,
    hint: `${name} ${more}`,
  })),
});

test('a plot has a line per curve, the published ones dashed, and a hint at every measured point', () => {
  const curves = [straight('x', 30), { ...straight('y', 31), published: true as const }];
  const svg = drawPlot(curves, { ...SMALL, width: 400 });
  for (const tick of ['0.1', '0.2', '0.4']) assert.ok(svg.includes(`>${tick}</text>`), tick);
  assert.not.ok(svg.includes('>0.05</text>'));
  assert.match(svg, /^<svg[^>]* xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  const { document } = parseHTML(`<body>${svg}</body>`);
  const groups = [...document.querySelectorAll('g[aria-label="line"]')];
  assert.equal(
    groups.map((group) => group.querySelectorAll('path').length),
    [1, 1],
  );
  assert.equal(
    groups.map((group) => group.hasAttribute('stroke-dasharray')),
    [true, false],
  );
  const points = [...document.querySelectorAll('circle')];
  assert.equal(
    points.map((point) => [point.getAttribute('aria-label'), point.getAttribute('role')]),
    [
      ['x 0', 'img'],
      ['x 5', 'img'],
    ],
  );
});

test('names of curves stand within the plot, beside the ends of their curves, and not over each other', () => {
  const names = [
    'loe effort=1',
    'a name of several words',
    'preset=seg-loe+loe-ftc+siren+pyramid,bpp=1',
    'jpeg',
    'webp',
    'avif',
    'jxl',
  ];
  for (const width of [350, 860]) {
    const svg = drawPlot(
      names.map((name, i) => straight(name, 30 + 0.1 * i)),
      { ...SMALL, width },
    );
    const { document } = parseHTML(`<body>${svg}</body>`);
    const texts = [...document.querySelectorAll('text[paint-order]')];
    assert.equal(
      texts.map(({ textContent }) => textContent.replaceAll(' ', '')).sort(),
      names.map((name) => name.replaceAll(' ', '')).sort(),
    );
    const lines = [...document.querySelectorAll('text[paint-order] tspan')].map((line) => {
      const [x, y] = [Number(line.getAttribute('x')), Number(line.getAttribute('y'))];
      // Narrow letters are half as wide as they are high.
      const length = 6 * line.textContent.length;
      const left = line.closest('text')?.getAttribute('text-anchor') === 'end' ? x - length : x;
      return { left, right: left + length, y };
    });
    for (const [i, a] of lines.entries()) {
      assert.ok(a.left >= 0 && a.right <= width && a.y > 10 && a.y < 290, JSON.stringify(a));
      for (const b of lines.slice(i + 1)) {
        assert.ok(
          a.right <= b.left || b.right <= a.left || Math.abs(a.y - b.y) >= 12,
          JSON.stringify([a, b]),
        );
      }
    }
  }
});

test('a plot of nothing, or of one point, is a plot', () => {
  for (const curves of [
    [],
    [{ name: 'x', points: [] }],
    [{ ...straight('x', 30), points: straight('x', 30).points.slice(1) }],
  ]) {
    assert.match(drawPlot(curves, { ...SMALL, width: 350 }), /<\/svg>$/);
  }
});

test('the page needs no network and takes no name for markup', () => {
  const html = toHtml({
    summary,
    upscale: 1,
    anchor: 'old',
    comparisons: [],
    compared: [],
    command: 'loec bench "x" <y>',
  });
  assert.not.match(html, /(src|href)="(?!data:)/);
  assert.not.match(html, /@import|url\(/);
  const { document } = parseHTML(html);
  assert.is(document.querySelectorAll('script').length, 1);
  assert.ok([...document.querySelectorAll('figcaption')].some(({ textContent }) => textContent === NASTY));
  assert.is(document.querySelector('pre')?.textContent, 'loec bench "x" <y>');
  assert.ok(html.includes('−50.0 %'));
});

test('tables in Markdown', () => {
  const table = bdRateTable(bdLines(summary, 'old', 'psnr'), ['c.png'], 'psnr');
  assert.is(
    toMarkdown({ head: table.head, rows: table.rows.map((cells) => [...cells.slice(0, 3), cells[4] ?? '']) }),
    '| codec | BD-rate | gain | c |\n| --- | --- | --- | --- |\n| new, faster | −50.0 % | +3.00 dB | −50.0 % |\n',
  );
});

test.run();
