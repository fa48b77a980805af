/** @file What a thumbnail pays besides its picture. */

import { existsSync, readFileSync } from 'node:fs';
import { cropRaster } from '../src/image/crop.ts';
import { readPng } from '../src/image/png/read.ts';
import { encode, inspect } from '../src/index.ts';
import { assert, skipped, suite } from './harness.ts';

const test = suite('small files');

const PICTURES = new URL('../../shared/train/', import.meta.url);

/** Bytes besides the payload of the latents: the bound that a thumbnail at `-q 30` keeps. */
const MOST = 150;

const CROPS = [
  { name: 'girl', x: 300, y: 100, effort: 5 },
  { name: 'city', x: 250, y: 250, effort: 1 },
  { name: 'flowers', x: 200, y: 200, effort: 1 },
] as const;

for (const { name, x, y, effort } of CROPS) {
  const title = `a photograph of 64x64 at -q 30, effort ${effort}: ${name}`;
  const path = new URL(`${name}.png`, PICTURES);
  if (!existsSync(path)) {
    skipped(title, '../shared/train is not there');
    continue;
  }
  test(title, async () => {
    const { raster } = await readPng(readFileSync(path));
    const crop = { ...cropRaster(raster, x, y, 64, 64), metadata: [] };
    const { file } = await encode(crop, { quality: 30, effort, engine: 'wasm' });
    const { header, weights, frames } = inspect(file).besides;
    assert.ok(header + weights + frames <= MOST, `${header} + ${weights} + ${frames} bytes`);
  });
}

test('a picture of one colour takes the short way to a PSNR too', async () => {
  const data = new Uint8Array(64 * 48).fill(77);
  const picture = { width: 64, height: 48, channels: 1, depth: 8, data } as const;
  const plain = await encode(picture, { quality: 50, engine: 'wasm' });
  const { file, psnr, steps } = await encode(picture, { psnr: 35, engine: 'wasm' });
  assert.ok(psnr >= 35);
  assert.is(steps, 0);
  assert.ok(file.length <= plain.file.length + 4, `${file.length} bytes, ${plain.file.length} by quality`);
});

test.run();
