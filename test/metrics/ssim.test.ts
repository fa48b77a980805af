import { ssim as reference } from 'ssim.js';
import { seededRandom } from '../../src/field/random.ts';
import type { ChannelCount, Raster } from '../../src/image/raster.ts';
import { ssim } from '../../src/metrics/ssim.ts';
import { assert, suite } from '../harness.ts';
import { noiseRaster, rasterOf } from '../image/rasters.ts';

const test = suite('ssim');
const near = (value: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(value - expected) <= tolerance, `${value}, expected ${expected}`);

/** Waves in each channel, and the same with noise of `amplitude`, a share of the peak. */
function waves(width: number, height: number, channels: ChannelCount, amplitude: number): Raster {
  const random = seededRandom(7);
  return rasterOf(width, height, channels, 8, (x, y, channel) => {
    const wave = 0.5 + 0.3 * Math.sin(x / 3 + channel) * Math.cos(y / (4 + channel));
    return wave + amplitude * (random() - 0.5);
  });
}

/** ssim.js on the paper's terms: the port of the authors' Matlab, every window, no shrinking. */
function referenceSsim(a: Raster, b: Raster, windowSize = 11): number {
  const options = { ssim: 'original', downsample: false, rgb2grayVersion: 'original', windowSize } as const;
  return reference(rgbaOf(a), rgbaOf(b), options).mssim;
}

function rgbaOf({ width, height, channels, data }: Raster): ImageData {
  const rgba = Uint8ClampedArray.from({ length: 4 * width * height }, (_, i) => {
    const channel = channels === 1 ? 0 : i % 4;
    return i % 4 === 3 ? 255 : (data[Math.floor(i / 4) * channels + channel] as number);
  });
  return { data: rgba, width, height, colorSpace: 'srgb' };
}

test('agrees with ssim.js on grey pictures', () => {
  for (const [width, height] of [
    [40, 28],
    [11, 11],
    [12, 33],
  ] as const) {
    for (const amplitude of [0.02, 0.1, 0.4]) {
      const [a, b] = [waves(width, height, 1, 0), waves(width, height, 1, amplitude)];
      near(ssim(a, b), referenceSsim(a, b), 1e-12);
    }
  }
  const [a, b] = [noiseRaster(30, 30, 1, 8), waves(30, 30, 1, 0)];
  near(ssim(a, b), referenceSsim(a, b), 1e-12);
});

test('agrees with ssim.js on colour but for its rounding of luma to whole levels', () => {
  const [a, b] = [waves(40, 28, 3, 0), waves(40, 28, 3, 0.1)];
  near(ssim(a, b), referenceSsim(a, b), 1e-3);
});

test('flat pictures differ in luminance alone, weighed as in BT.601', () => {
  const flat = (...levels: number[]): Raster =>
    rasterOf(16, 12, levels.length as ChannelCount, 8, (_x, _y, channel) => levels[channel] as number);
  const luminance = (a: number, b: number): number => (2 * a * b + 1e-4) / (a * a + b * b + 1e-4);
  near(ssim(flat(0), flat(1)), luminance(0, 1), 1e-12);
  near(ssim(flat(0.2), flat(0.6)), luminance(0.2, 0.6), 1e-12);
  near(ssim(flat(1, 0, 0), flat(0, 0, 1)), luminance(0.299, 0.114), 1e-12);
  near(ssim(flat(0, 1, 0), flat(1, 1, 1)), luminance(0.587, 1), 1e-12);
});

test('depth changes the peak, not the measure', () => {
  const deep = (raster: Raster): Raster => ({
    ...raster,
    depth: 16,
    data: Uint16Array.from(raster.data, (v) => v * 257),
  });
  const [a, b] = [waves(24, 20, 3, 0), waves(24, 20, 3, 0.2)];
  near(ssim(deep(a), deep(b)), ssim(a, b), 1e-12);
});

test('alpha does not count', () => {
  const veiled = (opacity: number): Raster =>
    rasterOf(14, 14, 2, 8, (x, y, channel) => (channel === 1 ? opacity : (x + y) / 26));
  assert.is(ssim(veiled(1), veiled(0.3)), 1);
});

test('is 1 for equal pictures, symmetric, and −1 where structure is reversed', () => {
  const a = noiseRaster(20, 15, 3, 8);
  assert.is(ssim(a, a), 1);
  const b = waves(20, 15, 3, 0);
  assert.is(ssim(a, b), ssim(b, a));
  const checks = (phase: number): Raster => rasterOf(20, 20, 1, 8, (x, y) => (x + y + phase) % 2);
  assert.ok(ssim(checks(0), checks(1)) < -0.99);
});

test('a side under 11 takes the largest odd window that fits', () => {
  const [a, b] = [waves(9, 8, 1, 0), waves(9, 8, 1, 0.3)];
  near(ssim(a, b), referenceSsim(a, b, 7), 1e-12);
  const pixel = (level: number): Raster => rasterOf(1, 1, 1, 8, () => level);
  near(ssim(pixel(0.2), pixel(0.6)), (2 * 0.12 + 1e-4) / (0.04 + 0.36 + 1e-4), 1e-12);
  assert.is(ssim(noiseRaster(2, 300, 4, 8), noiseRaster(2, 300, 4, 8)), 1);
});

test('pictures of different shapes are not compared', () => {
  assert.throws(() => ssim(noiseRaster(12, 13, 1, 8), noiseRaster(13, 12, 1, 8)), /internal/);
});

test.run();
