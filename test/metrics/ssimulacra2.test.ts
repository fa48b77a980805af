import { readFileSync } from 'node:fs';
import type { Raster } from '../../src/image/raster.ts';
import { BLUR_RADIUS, BlurWindow } from '../../src/metrics/blur-window.ts';
import { ssimulacra2, ssimulacra2Against } from '../../src/metrics/ssimulacra2.ts';
import { assert, suite } from '../harness.ts';
import { noiseRaster, rasterOf } from '../image/rasters.ts';
import { distortedPairs } from './distorted-pairs.ts';

const test = suite('ssimulacra2');
const near = (value: number, expected: number, tolerance: number, of = ''): void =>
  assert.ok(Math.abs(value - expected) <= tolerance, `${of} ${value}, expected ${expected}`);

/** By scripts/ssimulacra2-scores.ts with `ssimulacra2` of libjxl 0.11.2, the package of Debian 13. */
const SCORES: Record<string, number> = JSON.parse(
  readFileSync(new URL('ssimulacra2-scores.json', import.meta.url), 'utf8'),
);

/** The recursive filter of the tool rounds each step to 32 bits, which takes up to 0.2 from pictures with little damage. */
const TOLERANCE = 0.25;

const pairs = await distortedPairs();

test('scores are those of the reference tool', () => {
  assert.equal(
    pairs.map(({ name }) => name),
    Object.keys(SCORES),
  );
  for (const { name, original, distorted } of pairs) {
    near(ssimulacra2(original, distorted), SCORES[name] as number, TOLERANCE, name);
  }
});

test('a picture that is prepared once scores many', () => {
  const [{ original, distorted }, { distorted: other }] = pairs as [(typeof pairs)[0], (typeof pairs)[0]];
  const score = ssimulacra2Against(original);
  assert.equal(
    [score(distorted), score(other)],
    [distorted, other].map((picture) => ssimulacra2(original, picture)),
  );
  assert.is(score(original), 100);
});

const reshaped = (picture: Raster, channels: 1 | 2 | 3 | 4, depth: 8 | 16): Raster =>
  rasterOf(picture.width, picture.height, channels, depth, (x, y, c) =>
    c === channels - 1 && channels % 2 === 0 ? 1 : (picture.data[y * picture.width + x] as number) / 255,
  );

test('grey counts as colour, deep samples as shallow ones, opaque alpha as none', () => {
  const [a, b] = [noiseRaster(30, 21, 1, 8), noiseRaster(21, 30, 1, 8)];
  const turned = { ...b, width: 30, height: 21 };
  const expected = ssimulacra2(a, turned);
  for (const channels of [1, 2, 3, 4] as const) {
    for (const depth of [8, 16] as const) {
      assert.is(ssimulacra2(reshaped(a, channels, depth), reshaped(turned, 3, 8)), expected);
      assert.is(ssimulacra2(reshaped(a, 1, 8), reshaped(turned, channels, depth)), expected);
    }
  }
});

/** Columns from 12 on have the level and opacity that are given; the others are opaque, of level 0.2. */
const veil = (level: number, opacity: number): Raster =>
  rasterOf(24, 24, 2, 8, (x, _y, channel) => {
    if (x < 12) return channel === 1 ? 1 : 0.2;
    return channel === 1 ? opacity : level;
  });

test('what alpha hides does not count; what shows on one background counts', () => {
  assert.is(ssimulacra2(veil(0.2, 0), veil(0.7, 0)), 100);
  assert.ok(ssimulacra2(veil(0.1, 0), veil(0.1, 1)) < 95);
  assert.ok(ssimulacra2(veil(0.9, 0), veil(0.9, 1)) < 95);
});

test('alpha of one picture alone shows its backgrounds', () => {
  const opaque = rasterOf(24, 24, 1, 8, (x) => (x < 12 ? 0.2 : 0.5));
  assert.is(ssimulacra2(opaque, veil(0.5, 1)), 100);
  assert.is(ssimulacra2(opaque, veil(0.5, 0.4)), ssimulacra2(reshaped(opaque, 2, 8), veil(0.5, 0.4)));
});

test('a side below 8, for which there is no reference, has one scale', () => {
  for (const [width, height] of [
    [1, 1],
    [7, 3],
    [2, 40],
  ] as const) {
    const a = noiseRaster(width, height, 3, 8);
    const negative = { ...a, data: a.data.map((value) => 255 - value) };
    assert.is(ssimulacra2(a, a), 100);
    assert.ok(ssimulacra2(a, negative) < 90);
  }
});

test('pictures of different sizes are not compared', () => {
  assert.throws(() => ssimulacra2(noiseRaster(12, 13, 1, 8), noiseRaster(13, 12, 1, 8)), /internal/);
});

type Triple = [number, number, number];

const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];

/**
 * Weights at 0 … radius by the equations of Charalampidis, numbers in brackets: three cosines with the amplitudes nearest to a
 * Gaussian's, ρ, among those whose weights have the sum 1 and the variance σ². So they are ρ + λp + μr.
 */
function truncatedCosines(sigma: number): number[] {
  const radius = Math.round(3.2795 * sigma + 0.2546); // (57)
  const omega = [1, 3, 5].map((k) => (k * Math.PI) / (2 * radius)) as Triple;
  const p = omega.map((w, i) => (-1) ** i / Math.tan(w / 2)) as Triple; // (37)
  const r = omega.map((w, i) => ((-1) ** i * (p[i] as number) ** 2) / Math.sin(w)) as Triple; // (44)
  const rho = omega.map((w) => Math.exp(-((sigma * w) ** 2) / 2) / radius) as Triple; // (50)
  const sum = 1 - dot(p, rho); // (39)
  const spread = radius ** 2 - sigma ** 2 - dot(r, rho); // (55)
  const determinant = dot(p, p) * dot(r, r) - dot(p, r) ** 2;
  const lambda = (sum * dot(r, r) - spread * dot(p, r)) / determinant;
  const mu = (spread * dot(p, p) - sum * dot(p, r)) / determinant;
  const beta = rho.map((value, i) => value + lambda * (p[i] as number) + mu * (r[i] as number)) as Triple;
  return Array.from({ length: radius + 1 }, (_, n) => dot(beta, omega.map((w) => Math.cos(w * n)) as Triple));
}

test('the blur has the weights of the recursive filter', () => {
  const weights = truncatedCosines(1.5);
  const side = 11;
  const window = new BlurWindow(side);
  const row = new Float32Array(side);
  for (let below = 0; below < side + BLUR_RADIUS; below++) {
    window.next.fill(0);
    if (below === 5) window.next[5 + BLUR_RADIUS] = 1;
    window.advance();
    const y = below - BLUR_RADIUS;
    if (y < 0) continue;
    window.blurInto(row);
    row.forEach((value, x) => {
      near(value, (weights[Math.abs(x - 5)] as number) * (weights[Math.abs(y - 5)] as number), 1e-8);
    });
  }
});

test.run();
