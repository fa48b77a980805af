import type { GoodRow } from '../../src/bench/row.ts';
import { bdLines, meanCurve, pictureCurve, qualityOf, summarize } from '../../src/bench/summary.ts';
import { assert, suite } from '../harness.ts';
import { curveRows, failedRow, goodRow } from './rows.ts';

const test = suite('bench summary');

test('half the bits at equal quality are −50 % on each picture and in the mean, and 3 dB at equal rate', () => {
  const rows = ['a.png', 'b.png'].flatMap((picture) => [
    ...curveRows(picture, 'old', 0.2),
    ...curveRows(picture, 'new', 0.1),
  ]);
  const lines = bdLines(summarize(rows, 1), 'old', 'psnr');
  assert.is(lines.length, 1);
  const [line] = lines;
  assert.is(line?.codec, 'new');
  for (const figure of [...(line?.pictures ?? []), line?.mean ?? 0]) {
    assert.ok(Math.abs((figure as number) + 50) < 1e-9, String(figure));
  }
  assert.ok(Math.abs((line?.gain ?? 0) - 3) < 1e-9);
});

test('the mean of BD-rates is over pictures, not over averaged curves; a picture without one says why', () => {
  const rows = [
    ...curveRows('a.png', 'old', 0.2),
    ...curveRows('a.png', 'new', 0.1),
    ...curveRows('b.png', 'old', 0.2),
    ...curveRows('b.png', 'new', 0.2 * 1.5),
    ...curveRows('c.png', 'old', 0.2),
    ...curveRows('c.png', 'new', 0.2).slice(0, 3),
  ];
  const [line] = bdLines(summarize(rows, 1), 'old', 'psnr');
  assert.ok(Math.abs((line?.mean ?? 1) - (-50 + 50) / 2) < 1e-9);
  assert.match(String(line?.pictures[2]), /four|4|points/);
});

test('means are over the pictures that every codec took', () => {
  const rows = [
    ...curveRows('a.png', 'old', 0.2),
    ...curveRows('a.png', 'new', 0.1),
    ...curveRows('alpha.png', 'new', 7),
    failedRow('alpha.png', 'old', 1, 'no alpha'),
  ];
  const summary = summarize(rows, 1);
  assert.equal(summary.pictures, ['a.png', 'alpha.png']);
  assert.equal(summary.matched, ['a.png']);
  assert.equal(meanCurve(summary, 'new', 'psnr'), pictureCurve(summary, 'new', 'a.png', 'psnr'));
  assert.is(summary.failures.length, 1);
});

test('a setting that one picture lacks is not averaged', () => {
  const rows = [...curveRows('a.png', 'old', 0.2), ...curveRows('b.png', 'old', 0.4).slice(1)];
  const mean = meanCurve(summarize(rows, 1), 'old', 'psnr');
  assert.equal(
    mean.map(({ quality }) => quality),
    [33, 36, 39, 42],
  );
  assert.ok(Math.abs((mean[0]?.bpp ?? 0) - (0.4 + 0.8) / 2) < 1e-12);
});

test('where less is better, half the bits at an equal score are −50 % too', () => {
  const distances = [4, 2.5, 1.6, 1, 0.6];
  const rowsOf = (codec: string, bpp: number): GoodRow[] =>
    distances.map((butteraugli, i) => goodRow('a.png', codec, i, bpp * 2 ** i, { butteraugli }));
  const [line] = bdLines(summarize([...rowsOf('old', 0.2), ...rowsOf('new', 0.1)], 1), 'old', 'butteraugli');
  assert.ok(Math.abs((line?.mean ?? 0) + 50) < 1e-9, String(line?.mean));
  assert.ok((line?.gain ?? 0) > 0);
});

test('SSIM is in dB, lossless points have no place on a curve, and upscaled rows are apart', () => {
  const row = goodRow('a.png', 'old', 1, 1, { psnr: null, ssim: 0.99, 'ms-ssim': 1 });
  assert.is(qualityOf(row, 'psnr'), null);
  assert.ok(Math.abs((qualityOf(row, 'ssim') ?? 0) - 20) < 1e-9);
  assert.is(qualityOf(row, 'ms-ssim'), null);
  assert.equal(pictureCurve(summarize([row], 1), 'old', 'a.png', 'psnr'), []);
  assert.equal(summarize([row, { ...row, upscale: 2 }], 2).rows.length, 1);
});

test.run();
