import { existsSync, readFileSync } from 'node:fs';
import { PUBLISHED } from '../../src/bench/published.ts';
import { LoecError } from '../../src/errors.ts';
import { bdQuality, bdRate, integrate, pchip, type RatePoint } from '../../src/metrics/bd-rate.ts';
import { assert, skipped, suite } from '../harness.ts';

const test = suite('bd-rate');
const near = (value: number, expected: number, tolerance: number, of = ''): void =>
  assert.ok(Math.abs(value - expected) <= tolerance, `${of} ${value}, expected ${expected}`);

const curve = (bpp: readonly number[], quality: readonly number[]): RatePoint[] =>
  bpp.map((rate, i) => ({ bpp: rate, quality: quality[i] as number }));

const ANCHOR = curve([0.1, 0.25, 0.6, 1.1, 2], [28, 31, 34.5, 37, 40.5]);
const TEST = curve([0.12, 0.2, 0.55, 0.9, 1.5], [29.5, 31.2, 35.1, 37.2, 39.9]);

test('slopes and integrals of the interpolant are those of scipy 1.17.1', () => {
  const y = [0, 2, 3, 6, 6.1];
  const knots = pchip([0, 1, 3, 3.5, 7].map((x, i) => ({ x, y: y[i] as number })));
  // 0 at the end, where the parabola through the last three points falls.
  [2.5, 0.8571428571428571, 1.1111111111111112, 0.0755905511811021, 0].forEach((slope, i) => {
    near(knots[i]?.slope ?? Number.NaN, slope, 1e-14);
  });
  near(integrate(knots, 0, 7), 29.575987376577928, 1e-13);
  near(integrate(knots, 0.25, 0.5), 0.2301664806547619, 1e-13);
  near(integrate(knots, 0.5, 3.2), 6.4325068825771785, 1e-13);
  near(integrate(knots, 3.4, 6), 15.743050908296327, 1e-13);
});

test('deltas of two curves are those that scipy 1.17.1 gives', () => {
  near(bdRate(ANCHOR, TEST), -22.031554325137375, 1e-10);
  near(bdQuality(ANCHOR, TEST), 1.0297585674289942, 1e-12);
});

test('half the bits are −50 %, and a decibel is a decibel', () => {
  const cheaper = ANCHOR.map(({ bpp, quality }) => ({ bpp: bpp / 2, quality }));
  const better = ANCHOR.map(({ bpp, quality }) => ({ bpp, quality: quality + 1 }));
  near(bdRate(ANCHOR, cheaper), -50, 1e-10);
  near(bdQuality(ANCHOR, better), 1, 1e-12);
  assert.is(bdRate(ANCHOR, ANCHOR), 0);
  assert.is(bdQuality(ANCHOR, ANCHOR), 0);
});

test('exchanging the curves inverts the ratio of rates and the sign of the difference in quality', () => {
  near((1 + bdRate(ANCHOR, TEST) / 100) * (1 + bdRate(TEST, ANCHOR) / 100), 1, 1e-14);
  near(bdQuality(ANCHOR, TEST), -bdQuality(TEST, ANCHOR), 1e-14);
});

test('points come in any order; those no better than a cheaper one are dropped', () => {
  const wasteful = curve([0.7, 0.6, 0.25, 3], [34.5, 34, 30, 40.5]);
  const mixed = [...wasteful, ...ANCHOR];
  for (const points of [mixed, mixed.toReversed()]) {
    assert.is(bdRate(points, TEST), bdRate(ANCHOR, TEST));
    assert.is(bdQuality(TEST, points), bdQuality(TEST, ANCHOR));
  }
});

const REFUSED: readonly [string, RatePoint[], RatePoint[], RegExp][] = [
  ['too few', ANCHOR, TEST.slice(0, 3), /4 points .* test curve, found 3 of 3/],
  ['too few that improve', curve([1, 2, 3, 4], [30, 31, 31, 32]), TEST, /anchor curve, found 3 of 4/],
  ['none', [], TEST, /anchor curve, found 0 of 0/],
  [
    'lossless',
    ANCHOR,
    [...TEST, { bpp: 9, quality: Number.POSITIVE_INFINITY }],
    /finite .* test curve, found 9/,
  ],
  ['no rate', [...ANCHOR, { bpp: 0, quality: 20 }], TEST, /above 0 .* anchor curve, found 0/],
  ['not a number', ANCHOR, [...TEST, { bpp: Number.NaN, quality: 30 }], /finite .* test curve, found NaN/],
];

for (const [name, anchor, other, message] of REFUSED) {
  test(`refuses curves: ${name}`, () => {
    for (const delta of [bdRate, bdQuality]) {
      assert.throws(
        () => delta(anchor, other),
        (error: unknown) =>
          error instanceof LoecError && error.code === 'E_USAGE' && message.test(error.message),
      );
    }
  });
}

test('refuses curves that share no range, and says of what', () => {
  const better = TEST.map(({ bpp, quality }) => ({ bpp, quality: quality + 12 }));
  const dearer = TEST.map(({ bpp, quality }) => ({ bpp: bpp * 20, quality }));
  assert.throws(() => bdRate(ANCHOR, better), /range of quality in common/);
  assert.throws(() => bdQuality(ANCHOR, dearer), /range of rate in common/);
  assert.ok(bdQuality(ANCHOR, better) > 12);
  assert.ok(bdRate(ANCHOR, dearer) > 1000);
});

test('published curves give their published BD-rates', () => {
  const published = (id: string): RatePoint[] => {
    const found = PUBLISHED.find((entry) => entry.id === id);
    return curve(found?.bpp ?? [], found?.psnr ?? []);
  };
  near(bdRate(published('jpeg-default'), published('av1')), -62.4, 0.05);
  near(bdRate(published('mozjpeg'), published('cool-chic-5.0')), -62, 0.05);
});

interface Anchors {
  readonly codecs: readonly {
    readonly key: string;
    readonly bpp: readonly number[];
    readonly psnr_rgb: readonly number[];
    readonly bd_rate: Readonly<Record<string, { readonly pchip: number } | undefined>>;
  }[];
}

const TABLE = new URL('../../../shared/anchors/kodak_rd.json', import.meta.url);
const TABLE_TEST = 'every BD-rate in the table of Kodak anchors';
if (existsSync(TABLE)) {
  test(TABLE_TEST, () => {
    const { codecs } = JSON.parse(readFileSync(TABLE, 'utf8')) as Anchors;
    const curves = new Map(codecs.map(({ key, bpp, psnr_rgb }) => [key, curve(bpp, psnr_rgb)]));
    const rows = codecs.flatMap(({ key, bd_rate }) =>
      Object.entries(bd_rate).map(([anchor, row]) => [key, anchor, row?.pchip as number] as const),
    );
    assert.is(rows.length, 200);
    for (const [key, anchor, expected] of rows) {
      const rate = bdRate(curves.get(anchor) ?? [], curves.get(key) ?? []);
      // Half a unit of the table's last decimal.
      near(rate, expected, 0.05, `${key} against ${anchor}:`);
    }
  });
} else {
  skipped(TABLE_TEST, 'no shared/anchors/kodak_rd.json beside the checkout');
}

test.run();
