/** @file When an enhancement layer is part of a file, and what it reaches. */

import { decode } from '../../../src/decode.ts';
import { type EncodeOptions, encode } from '../../../src/encode.ts';
import { stepOf } from '../../../src/field/quantizer.ts';
import { seededRandom } from '../../../src/field/random.ts';
import { quantizeMissing } from '../../../src/fit/pyramid/enhancement/quantize.ts';
import type { Raster } from '../../../src/image/raster.ts';
import { inspect } from '../../../src/inspect.ts';
import { psnr } from '../../../src/metrics/psnr.ts';
import { assert, suite } from '../../harness.ts';
import { rasterOf } from '../../image/rasters.ts';

const test = suite('enhancement layer of a fit');

const random = seededRandom(7);
/** Colours without a likeness to their neighbours. */
const NOISE = rasterOf(30, 22, 3, 8, () => random());
const NOISE_16 = rasterOf(22, 15, 1, 16, (x) => 0.3 + 0.02 * random() + x / 60);
/** Of the full range, so that a bad fit leaves out more than latents of a fine step can say. */
const NOISE_OF_16_BITS = rasterOf(22, 15, 3, 16, () => random());
const SMOOTH = rasterOf(40, 30, 3, 8, (x, y, c) => 0.4 + 0.004 * x + 0.003 * y + 0.05 * c);

const QUICK = { steps: 30, effort: 1, preset: 'pyramid' } as const;

async function fit(raster: Raster, options: EncodeOptions) {
  const { file, psnr: reported } = await encode(raster, { ...QUICK, ...options });
  const decibels = psnr(raster, await decode(file));
  assert.ok(decibels === reported || Math.abs(decibels - reported) < 1e-9);
  const isEnhanced = inspect(file).sections.some(({ type }) => type === 'enhancement');
  return { bytes: file.length, decibels, isEnhanced };
}

test('the highest quality has 48 dB where nothing can be predicted, and 80 dB of 16 bits', async () => {
  assert.ok((await fit(NOISE, { quality: 100 })).decibels > 48);
  assert.ok((await fit(NOISE_16, { quality: 100 })).decibels > 80);
  assert.ok((await fit(NOISE_OF_16_BITS, { quality: 100 })).decibels > 80);
});

test('from quality 80 on every step buys something; below nothing is added', async () => {
  let last = await fit(NOISE, { quality: 80 });
  assert.not.ok(last.isEnhanced);
  for (const quality of [84, 88, 92, 96, 100]) {
    const next = await fit(NOISE, { quality });
    assert.ok(next.isEnhanced);
    assert.ok(next.bytes > last.bytes && next.decibels > last.decibels, `quality ${quality}`);
    last = next;
  }
});

test('what a fit says by itself costs no layer', async () => {
  const { isEnhanced } = await fit(SMOOTH, { quality: 84, steps: 120 });
  assert.not.ok(isEnhanced);
});

test('a PSNR is reached up to no error at all, and closely', async () => {
  for (const asked of [40, 47, 55]) {
    const { decibels } = await fit(NOISE, { psnr: asked });
    assert.ok(decibels >= asked && decibels < asked + 1, `${decibels} for ${asked}`);
  }
  assert.is((await fit(NOISE, { psnr: 90 })).decibels, Number.POSITIVE_INFINITY);
  const { decibels } = await fit(NOISE_16, { psnr: 75 });
  assert.ok(decibels >= 75 && decibels < 76.5, String(decibels));
  assert.ok((await fit(NOISE_OF_16_BITS, { psnr: 84 })).decibels >= 84);
});

test('bytes are used and not exceeded', async () => {
  for (const size of [2000, 2600]) {
    const { bytes } = await fit(NOISE, { size });
    assert.ok(bytes <= size && bytes > 0.9 * size, `${bytes} of ${size}`);
  }
});

test('latents are within a step of what is missing, and cost less error than bits where they are lowered', () => {
  const plane = Float32Array.from({ length: 64 * 48 }, () => (random() + random() - 1) / 10);
  const missing = { width: 64, height: 48, planes: [plane] };
  for (const stepIndex of [-96, -64, -48]) {
    const step = stepOf(stepIndex);
    const { enhancement, error } = quantizeMissing(missing, stepIndex);
    const latents = enhancement.planes[0] as Int16Array;
    const errors = Array.from(latents, (latent, i) => (plane[i] as number) - step * latent);
    assert.ok(errors.every((value) => Math.abs(value) < 1.1 * step));
    assert.ok(
      latents.every((latent, i) => Math.abs(latent) <= Math.round(Math.abs(plane[i] as number) / step)),
    );
    const mean = errors.reduce((sum, value) => sum + value ** 2, 0) / errors.length;
    assert.ok(Math.abs(error / mean - 1) < 1e-4);
  }
});

test.run();
