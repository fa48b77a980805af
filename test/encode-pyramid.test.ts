/** @file Pyramid encodes end to end: targets, odd pictures, damaged files. */

import { readFileSync } from 'node:fs';
import { decode } from '../src/decode.ts';
import { encode } from '../src/encode.ts';
import { LoecError } from '../src/errors.ts';
import { readPng } from '../src/image/png/read.ts';
import type { Raster } from '../src/image/raster.ts';
import { inspect } from '../src/inspect.ts';
import { psnr } from '../src/metrics/psnr.ts';
import { assert, suite } from './harness.ts';
import { noiseRaster, rasterOf } from './image/rasters.ts';

const test = suite('encode, pyramids');
const png = readFileSync(new URL('../corpus/harbour.png', import.meta.url));
const harbour = readPng(png, { name: 'harbour.png', metadata: false }).raster;

function smooth(width: number, height: number): Raster {
  return rasterOf(width, height, 3, 8, (x, y, c) => 0.5 + 0.4 * Math.sin(x / 5 + c) * Math.cos(y / 7));
}

test('a size is never exceeded, and nearly filled', async () => {
  const bytes = 2458;
  const { file, bpp } = await encode(harbour, { size: bytes, steps: 170 });
  assert.ok(file.length <= bytes && file.length >= 0.93 * bytes, `${file.length} of ${bytes} bytes`);
  assert.is(bpp, (8 * file.length) / (harbour.width * harbour.height));
});

test('a PSNR is reached, and not by much more than asked', async () => {
  for (const asked of [24, 32]) {
    const { file, psnr: figure } = await encode(harbour, { psnr: asked, steps: 170 });
    assert.ok(figure >= asked && figure <= asked + 1, `${figure} dB`);
    assert.is(figure, psnr(harbour, await decode(file)));
  }
});

test('a size that no field fits in is refused', async () => {
  await rejects(encode(harbour, { size: 60, steps: 20 }), 'E_TARGET');
});

test('quality trades bits for error', async () => {
  const results = [];
  for (const quality of [10, 40, 70]) results.push(await encode(harbour, { quality, steps: 60 }));
  for (const [i, { file, psnr: figure }] of results.slice(1).entries()) {
    assert.ok(file.length > 1.3 * (results[i]?.file.length ?? 0));
    assert.ok(figure > 1 + (results[i]?.psnr ?? 0));
  }
});

test('odd pictures: a pixel, lines, flat ones, two colours, noise', async () => {
  const pictures = [
    smooth(1, 1),
    smooth(1, 3000),
    smooth(3000, 3),
    rasterOf(40, 30, 4, 8, () => 1),
    rasterOf(40, 30, 2, 16, (_x, _y, c) => (c === 0 ? 0.25 : 1)),
    rasterOf(40, 30, 3, 8, (x) => (x < 13 ? 0 : 1)),
    noiseRaster(40, 30, 3, 8),
  ];
  for (const raster of pictures) {
    const { file, psnr: figure } = await encode(raster, { steps: 30 });
    const decoded = await decode(file);
    assert.is(psnr(raster, decoded), figure);
    const { width, height } = await decode(file, { scale: 2 });
    assert.equal([width, height], [2 * raster.width, 2 * raster.height]);
  }
});

test('a flat picture costs next to nothing, however large', async () => {
  const { file, psnr: figure } = await encode(rasterOf(1500, 1000, 3, 8, (_x, _y, c) => c / 4 + 0.2));
  assert.ok(file.length < 200, `${file.length} bytes`);
  assert.is(figure, Number.POSITIVE_INFINITY);
});

test('detail that a file keeps is worth its bits: more steps, less of both', async () => {
  const options = { quality: 50, engine: 'wasm' } as const;
  const cost = async (steps: number): Promise<number> => {
    const { psnr: figure, bpp } = await encode(harbour, { ...options, steps });
    return 10 ** (-figure / 10) + 0.001 * bpp;
  };
  assert.ok((await cost(200)) < 0.9 * (await cost(30)));
});

test('damaged files are refused, whatever is cut or changed', async () => {
  const { file } = await encode(smooth(24, 20), { steps: 20, quality: 30 });
  for (let length = 0; length < file.length; length += 3) {
    await rejects(decode(file.subarray(0, length)), 'E_FORMAT');
  }
  for (let at = 5; at < file.length; at += 7) {
    const changed = file.slice();
    changed[at] = (changed[at] as number) ^ (1 << (at % 8));
    await rejects(decode(changed));
  }
});

test('info says what a pyramid is', async () => {
  const { file } = await encode(smooth(24, 20), { steps: 5 });
  const { pyramid, sections, macPerPixel } = inspect(file);
  assert.is(pyramid?.grids, 7);
  assert.ok(macPerPixel <= 3000);
  assert.equal(
    sections.map(({ type }) => type),
    ['header', 'weights', 'latents'],
  );
});

/** @param code any where it is not given */
async function rejects(promise: Promise<unknown>, code?: string): Promise<void> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof LoecError, String(error));
  if (code !== undefined) assert.is(error.code, code);
}

test.run();
