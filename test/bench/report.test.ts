import { parseHTML } from 'linkedom';
import { toCompressAi } from '../../src/bench/report/compressai.ts';
import { toCsv } from '../../src/bench/report/csv.ts';
import { toHtml } from '../../src/bench/report/html.ts';
import { drawPlot } from '../../src/bench/report/plot.ts';
import { bdRateTable, toMarkdown } from '../../src/bench/report/tables.ts';
import { bdLines, summarize } from '../../src/bench/summary.ts';
import { assert, suite } from '../harness.ts';
import { curveRows, failedRow } from './rows.ts';

const test = suite('bench report');
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

test('a plot has a line per curve, and the published ones are dashed', () => {
  const curves = [
    {
      name: 'x',
      points: [
        { bpp: 0.1, quality: 30 },
        { bpp: 0.4, quality: 35 },
      ],
    },
    {
      name: 'y',
      points: [
        { bpp: 0.1, quality: 31 },
        { bpp: 0.4, quality: 36 },
      ],
      published: true as const,
    },
  ];
  const svg = drawPlot(curves, { title: 't', quality: 'dB', names: ['x', 'y'], width: 400, height: 300 });
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
});

test('the page needs no network and takes no name for markup', () => {
  const html = toHtml({ summary, upscale: 1, anchor: 'old', comparisons: [], command: 'loec bench "x" <y>' });
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
