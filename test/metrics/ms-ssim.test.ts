import { seededRandom } from '../../src/field/random.ts';
import type { Raster } from '../../src/image/raster.ts';
import { msSsim, msSsimRgb } from '../../src/metrics/ms-ssim.ts';
import { ssim } from '../../src/metrics/ssim.ts';
import { assert, suite } from '../harness.ts';
import { noiseRaster, rasterOf } from '../image/rasters.ts';

const test = suite('ms-ssim');

/** A grey picture with detail at every scale, and noise of `amplitude` (a share of the peak). */
function detailed(width: number, height: number, amplitude: number): Raster {
  const random = seededRandom(11);
  return rasterOf(width, height, 1, 8, (x, y) => {
    const waves = [2, 5, 13, 40].map((length) => Math.sin(x / length + Math.cos(y / (length + 1))));
    const mean = waves.reduce((sum, wave) => sum + wave, 0) / waves.length;
    return Math.min(1, Math.max(0, 0.5 + 0.4 * mean + amplitude * (random() - 0.5)));
  });
}

type Matrix = number[][];

const matrixOf = ({ width, height, data }: Raster): Matrix =>
  Array.from({ length: height }, (_, y) => Array.from(data.subarray(y * width, (y + 1) * width)));

/** 11 × 11 Gaussian weights of sum 1 with the square of their distance written out. */
const WINDOW: Matrix = (() => {
  const weights = Array.from({ length: 11 }, (_, y) =>
    Array.from({ length: 11 }, (_, x) => Math.exp(-((x - 5) * (x - 5) + (y - 5) * (y - 5)) / 4.5)),
  );
  const sum = weights.flat().reduce((total, weight) => total + weight);
  return weights.map((row) => row.map((weight) => weight / sum));
})();

/** Luminance and contrast-structure of the window at (left, top), variances as means of squared deviations. */
function windowTerms(a: Matrix, b: Matrix, left: number, top: number): [number, number] {
  const mean = (of: (p: number, q: number) => number): number =>
    WINDOW.flatMap((row, y) =>
      row.map((w, x) => w * of(a[top + y]?.[left + x] ?? Number.NaN, b[top + y]?.[left + x] ?? Number.NaN)),
    ).reduce((sum, value) => sum + value);
  const [meanA, meanB] = [mean((p) => p), mean((_p, q) => q)];
  const covariance = mean((p, q) => (p - meanA) * (q - meanB));
  const variances = mean((p) => (p - meanA) ** 2) + mean((_p, q) => (q - meanB) ** 2);
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  return [
    (2 * meanA * meanB + c1) / (meanA ** 2 + meanB ** 2 + c1),
    (2 * covariance + c2) / (variances + c2),
  ];
}

/** Means of l·cs and of cs over all windows. */
function scaleTerms(a: Matrix, b: Matrix): [number, number] {
  const [columns, rows] = [(a[0] as number[]).length - 10, a.length - 10];
  let [sum, sumCs] = [0, 0];
  for (let top = 0; top < rows; top++) {
    for (let left = 0; left < columns; left++) {
      const [l, cs] = windowTerms(a, b, left, top);
      sum += l * cs;
      sumCs += cs;
    }
  }
  return [sum / (rows * columns), sumCs / (rows * columns)];
}

function shrunk(matrix: Matrix): Matrix {
  return Array.from({ length: Math.floor(matrix.length / 2) }, (_, y) => {
    const [upper, lower] = [matrix[2 * y] as number[], matrix[2 * y + 1] as number[]];
    return Array.from({ length: Math.floor(upper.length / 2) }, (_, x) => {
      const block = [...upper.slice(2 * x, 2 * x + 2), ...lower.slice(2 * x, 2 * x + 2)];
      return block.reduce((sum, value) => sum + value) / 4;
    });
  });
}

/** MS-SSIM by the definition, windows taken one by one. */
function reference(a: Raster, b: Raster, weights: readonly number[]): number {
  let [p, q] = [matrixOf(a), matrixOf(b)];
  return weights.reduce((product, weight, scale) => {
    const [whole, cs] = scaleTerms(p, q);
    [p, q] = [shrunk(p), shrunk(q)];
    return product * (scale === weights.length - 1 ? whole : cs) ** weight;
  }, 1);
}

const near = (value: number, expected: number): void =>
  assert.ok(Math.abs(value - expected) < 1e-12, `${value}, expected ${expected}`);

test('agrees with the definition at five scales', () => {
  const [a, b] = [detailed(176, 181, 0), detailed(176, 181, 0.3)];
  near(msSsim(a, b), reference(a, b, [0.0448, 0.2856, 0.3001, 0.2363, 0.1333]));
});

test('a picture too small for five scales has fewer, of weights that sum to 1', () => {
  const [a, b] = [detailed(60, 47, 0), detailed(60, 47, 0.3)];
  const sum = 0.0448 + 0.2856 + 0.3001;
  near(msSsim(a, b), reference(a, b, [0.0448 / sum, 0.2856 / sum, 0.3001 / sum]));
});

test('a single scale is SSIM', () => {
  for (const [width, height] of [
    [21, 60],
    [5, 4],
    [1, 1],
  ] as const) {
    const [a, b] = [detailed(width, height, 0), detailed(width, height, 0.2)];
    assert.is(msSsim(a, b), ssim(a, b));
  }
});

test('on colour it is the mean over red, green and blue; of grey it is that of the one plane', () => {
  const amplitudes = [0.1, 0.3, 0.6];
  const planes = amplitudes.map((amplitude) => detailed(60, 47, amplitude));
  const [original, clean] = [detailed(60, 47, 0.05), detailed(60, 47, 0)];
  const colour = (of: readonly Raster[]): Raster =>
    rasterOf(60, 47, 4, 8, (x, y, c) => (of[c]?.data[y * 60 + x] ?? 255 - x) / 255);
  const values = planes.map((plane) => msSsim(original, plane));
  const mean = values.reduce((sum, value) => sum + value) / 3;
  near(msSsimRgb(colour([original, original, original]), colour(planes)), mean);
  assert.is(msSsimRgb(original, clean), msSsim(original, clean));
});

test('is 1 for equal pictures', () => {
  const a = noiseRaster(180, 176, 3, 16);
  assert.is(msSsim(a, a), 1);
});

test('falls as noise rises', () => {
  const a = detailed(192, 176, 0);
  const values = [0, 0.05, 0.1, 0.2, 0.4, 0.8].map((amplitude) => msSsim(a, detailed(192, 176, amplitude)));
  assert.ok(
    values.slice(1).every((value, i) => value < (values[i] as number)),
    values.join(' '),
  );
});

test('reversed structure counts as none', () => {
  const checks = (phase: number): Raster => rasterOf(48, 48, 1, 8, (x, y) => (x + y + phase) % 2);
  assert.is(msSsim(checks(0), checks(1)), 0);
});

test.run();
