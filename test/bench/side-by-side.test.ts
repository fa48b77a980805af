/** @file What the report shows of pictures: the middle of each, without loss, at as many points as there is room for. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseHTML } from 'linkedom';
import sharp from 'sharp';
import { parseCodecs } from '../../src/bench/codec-spec.ts';
import { findPictures, writePicture } from '../../src/bench/pictures.ts';
import { type Comparison, comparePictures } from '../../src/bench/report/compare.ts';
import { viewerOf } from '../../src/bench/report/side-by-side.ts';
import type { GoodRow } from '../../src/bench/row.ts';
import { summarize } from '../../src/bench/summary.ts';
import { LoecError } from '../../src/errors.ts';
import type { Raster } from '../../src/image/raster.ts';
import { assert, suite } from '../harness.ts';
import { noiseRaster } from '../image/rasters.ts';
import { goodRow } from './rows.ts';

const test = suite('bench side by side');
const folder = mkdtempSync(join(tmpdir(), 'loec-compare-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const curves = parseCodecs('webp:q=1..100/1');
const watch = { signal: new AbortController().signal, onView: () => {} };

/** A picture that WebP has coded without loss, as so many points of a curve at 1, 2, 3 … bits per pixel. */
async function coded(name: string, raster: Raster, points: number): Promise<GoodRow[]> {
  await writePicture(join(folder, name), raster);
  const file = `${name}.webp`;
  writeFileSync(
    join(folder, file),
    await sharp(join(folder, name)).webp({ lossless: true, exact: true }).toBuffer(),
  );
  return Array.from({ length: points }, (_, i) => ({
    ...goodRow(name, 'webp', i, i + 1, { psnr: 30 }),
    file,
  }));
}

test('the middle of original and decoded picture, 8 bits, without loss', async () => {
  const raster = noiseRaster(301, 270, 3, 16);
  const rows = await coded('deep.png', raster, 1);
  const [comparison] = await comparePictures(
    summarize(rows, 1),
    await findPictures([join(folder, 'deep.png')]),
    curves,
    folder,
    watch,
  );
  assert.ok(comparison);
  const { width, height, original, codecs } = comparison as Comparison;
  assert.equal([width, height, codecs.length, codecs[0]?.length], [256, 256, 1, 1]);
  const first = await sharp(original.webp).raw().toBuffer();
  for (const [x, y] of [
    [0, 0],
    [255, 0],
    [17, 255],
  ] as const) {
    const sample = raster.data[3 * ((y + 7) * 301 + x + 22)] as number;
    assert.is(first[3 * (y * 256 + x)], Math.round(sample / 257));
  }
  assert.is(codecs[0]?.[0]?.caption, 'webp q=0: 1.0 kB, 1.000 bpp, PSNR 30.00 dB');
});

test('of many points as many as there is room for, the ends among them, by rising rate', async () => {
  const rows = await coded('many.png', noiseRaster(8, 6, 4, 8), 400);
  const pictures = await findPictures([join(folder, 'many.png')]);
  const [comparison] = await comparePictures(summarize(rows.reverse(), 1), pictures, curves, folder, watch);
  const rates = comparison?.codecs[0]?.map(({ bpp }) => bpp) ?? [];
  assert.is(rates.length, 150);
  assert.equal([rates[0], rates.at(-1)], [1, 400]);
  assert.equal(
    rates,
    [...rates].sort((a, b) => a - b),
  );
});

test('pictures that nobody could measure are not read; the signal is heard', async () => {
  const rows = await coded('one.png', noiseRaster(8, 6, 1, 8), 1);
  writeFileSync(join(folder, 'text.png'), 'no picture');
  const pictures = await findPictures(['text.png', 'one.png'].map((name) => join(folder, name)));
  const summary = summarize(rows, 1);
  const compared = await comparePictures(summary, pictures, curves, folder, watch);
  assert.equal(
    compared.map(({ picture }) => picture),
    ['one.png'],
  );
  const aborted = { ...watch, signal: AbortSignal.abort() };
  const error = await comparePictures(summary, pictures, curves, folder, aborted).catch((reason) => reason);
  assert.ok(error instanceof LoecError && error.code === 'E_ABORTED');
});

test('every control has a name, and names are no markup', () => {
  const view = { bpp: 0.4, caption: '</script><b>', webp: Uint8Array.of(1, 2, 3) };
  const html = viewerOf(
    [{ picture: '<i>.png', width: 4, height: 3, original: view, codecs: [[view], []] }],
    ['<u>', 'b'],
  );
  const { document } = parseHTML(`<body>${html}</body>`);
  assert.is(document.querySelectorAll('b, i, u').length, 0);
  const controls = [...document.querySelectorAll('select, input, button')];
  assert.is(controls.length, 8);
  for (const control of controls) {
    const name = control.getAttribute('aria-label') ?? (control.closest('label') ?? control).textContent;
    assert.ok(name.trim() !== '', control.outerHTML);
  }
  const [data] = JSON.parse(document.querySelector('script')?.textContent ?? '');
  assert.equal(data.codecs, [
    [{ bpp: 0.4, caption: view.caption, source: 'data:image/webp;base64,AQID' }],
    [],
  ]);
  assert.is(viewerOf([], []), '');
});

test.run();
