/** @file The forecast of a fit: against theory on noise, whose coefficients all have one variance, and against real fits. */

import { readFileSync } from 'node:fs';
import { encode } from '../../../src/encode.ts';
import { Forecast } from '../../../src/fit/pyramid/forecast.ts';
import { lambdaOfQuality } from '../../../src/fit/pyramid/target.ts';
import { readPng } from '../../../src/image/png/read.ts';
import { inspect } from '../../../src/inspect.ts';
import { assert, suite } from '../../harness.ts';
import { noiseRaster, rasterOf } from '../../image/rasters.ts';

const test = suite('the forecast of a pyramid fit');

test('white noise far above the water level: half a bit per halving of λ and sample, an error of the level', () => {
  for (const channels of [1, 3] as const) {
    const forecast = new Forecast(noiseRaster(256, 192, channels, 8), 1e6);
    const [coarse, fine] = [forecast.at(2e-4), forecast.at(1e-4)];
    assert.ok(Math.abs(coarse.distortion / fine.distortion - 2) < 0.1, `${channels}`);
    assert.ok(fine.bits > coarse.bits);
    const level = (channels * 1e-4) / (2 * Math.LN2);
    assert.ok(Math.abs(fine.distortion / (1.25 * level) - 63 / 64) < 0.06, `${fine.distortion} of ${level}`);
  }
});

test('far below the water level the error is the variance', () => {
  const raster = noiseRaster(256, 192, 1, 8);
  const values = Array.from(raster.data, (sample) => sample / 255);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const { bits, distortion } = new Forecast(raster, 1e6).at(1e3);
  assert.is(bits, 0);
  assert.ok(Math.abs(distortion / (1.25 * variance) - 63 / 64) < 0.05);
});

test('a picture of one colour takes no bits; sizes that are no multiple of 8 and every number of channels are seen', () => {
  for (const channels of [1, 2, 3, 4] as const) {
    const flat = new Forecast(
      rasterOf(13, 5, channels, 16, () => 0.3),
      500,
    );
    assert.is(flat.at(1e-6).bits, 0);
    const { bits } = new Forecast(noiseRaster(3, 21, channels, 16), 500).at(1e-4);
    assert.ok(bits > 0 && Number.isFinite(bits));
  }
});

test('it is within a third of the bits, and 1.5 dB, of a real fit', async () => {
  const png = readFileSync(new URL('../../../corpus/harbour.png', import.meta.url));
  const harbour = (await readPng(png, { name: 'harbour.png' })).raster;
  for (const quality of [20, 60]) {
    const predicted = new Forecast(harbour, 170).at(lambdaOfQuality(quality, 8));
    const { file, psnr } = await encode(harbour, { quality, steps: 170, tune: 'psnr' });
    const latents = inspect(file).sections.find(({ type }) => type === 'latents');
    const bits = 8 * (latents?.bytes as number);
    assert.ok(Math.abs(Math.log(predicted.bits / bits)) < 0.35, `${predicted.bits} and ${bits}`);
    assert.ok(Math.abs(-10 * Math.log10(predicted.distortion) - psnr) < 1.5, `${psnr}`);
  }
});

test.run();
