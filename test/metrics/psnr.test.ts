import { seededRandom } from '../../src/field/random.ts';
import type { Raster } from '../../src/image/raster.ts';
import { meanSquaredError, psnr } from '../../src/metrics/psnr.ts';
import { assert, suite } from '../harness.ts';
import { rasterOf } from '../image/rasters.ts';

const test = suite('psnr');
const near = (value: number, expected: number): void =>
  assert.ok(Math.abs(value - expected) < 5e-4, `${value}, expected ${expected}`);

/** A flat picture at a share of the peak. */
const flat = (depth: 8 | 16, share: number): Raster => rasterOf(5, 3, 3, depth, () => share);

test('a difference of one level everywhere is 20·log₁₀ of the peak', () => {
  near(psnr(flat(8, 10 / 255), flat(8, 11 / 255)), 48.1308);
  near(psnr(flat(16, 10 / 65535), flat(16, 11 / 65535)), 96.3295);
  assert.is(psnr(flat(8, 0), flat(8, 1)), 0);
});

test('one wrong sample among many', () => {
  const a = rasterOf(10, 10, 1, 8, () => 0);
  const b = rasterOf(10, 10, 1, 8, (x, y) => (x === 3 && y === 4 ? 20 / 255 : 0));
  assert.is(meanSquaredError(a, b), 4);
  near(psnr(a, b), 42.1102);
});

test('every channel counts alike; equal pictures are at infinity', () => {
  const a = rasterOf(2, 2, 3, 8, () => 0.5);
  for (let channel = 0; channel < 3; channel++) {
    const b = rasterOf(2, 2, 3, 8, (_x, _y, c) => (c === channel ? 0.5 + 3 / 255 : 0.5));
    assert.is(meanSquaredError(a, b), 3);
  }
  assert.is(psnr(a, a), Number.POSITIVE_INFINITY);
});

test('with alpha it is of what is seen: half over black, half over white', () => {
  for (const channels of [2, 4] as const) {
    const random = seededRandom(channels);
    const [a, b] = [0, 1].map(() => rasterOf(7, 5, channels, 8, random)) as [Raster, Raster];
    const on = (background: number, { data }: Raster): number[] =>
      Array.from(data).flatMap((sample, i) => {
        const alpha = (data[i - (i % channels) + channels - 1] as number) / 255;
        return i % channels === channels - 1 ? [] : [sample * alpha + background * (1 - alpha)];
      });
    const errors = [0, 255].map((background) => {
      const wanted = on(background, a);
      const sum = on(background, b).reduce(
        (total, value, i) => total + (value - (wanted[i] as number)) ** 2,
        0,
      );
      return sum / wanted.length;
    }) as [number, number];
    near(meanSquaredError(a, b), (errors[0] + errors[1]) / 2);
    assert.is(psnr(a, a), Number.POSITIVE_INFINITY);
  }
  const hidden = (share: number) => rasterOf(3, 3, 4, 8, (_x, _y, c) => (c === 3 ? 0 : share));
  assert.is(meanSquaredError(hidden(0), hidden(1)), 0);
  const opaque = (channels: 1 | 2) => (share: number) =>
    rasterOf(3, 3, channels, 8, (_x, _y, c) => (c === 1 ? 1 : share));
  const [grey, withAlpha] = [opaque(1), opaque(2)];
  near(psnr(withAlpha(0.4), withAlpha(0.5)), psnr(grey(0.4), grey(0.5)));
});

test('pictures of different shapes are not compared', () => {
  assert.throws(() => psnr(flat(8, 0), flat(16, 0)), /internal/);
  assert.throws(
    () =>
      psnr(
        flat(8, 0),
        rasterOf(4, 3, 3, 8, () => 0),
      ),
    /internal/,
  );
});

test.run();
