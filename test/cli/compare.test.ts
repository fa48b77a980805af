/** @file `loec compare`. */

import sharp from 'sharp';
import { pictureBytes } from '../../src/bench/pictures.ts';
import { decode } from '../../src/decode.ts';
import { readPng } from '../../src/image/png/read.ts';
import type { Raster } from '../../src/image/raster.ts';
import { msSsim, msSsimRgb } from '../../src/metrics/ms-ssim.ts';
import { psnr } from '../../src/metrics/psnr.ts';
import { ssimulacra2 } from '../../src/metrics/ssimulacra2.ts';
import { assert, suite } from '../harness.ts';
import { noiseRaster, rasterOf } from '../image/rasters.ts';
import { createFolder, createWorld, loec, tinyLoe, tinyPng } from './world.ts';

const test = suite('cli compare');

type Scores = Record<string, number | null>;

const ownScores = (a: Raster, b: Raster): Scores => ({
  psnr: psnr(a, b),
  ssimulacra2: ssimulacra2(a, b),
  'ms-ssim': msSsim(a, b),
  'ms-ssim-rgb': msSsimRgb(a, b),
});

/** Without Butteraugli, which not every machine has. */
const withoutButteraugli = (scores: unknown): Scores => {
  const { butteraugli, ...own } = scores as Scores;
  return own;
};

/** Runs where no program is found. */
async function withoutPrograms<Value>(work: () => Promise<Value>): Promise<Value> {
  const { PATH } = process.env;
  process.env.PATH = '';
  try {
    return await work();
  } finally {
    process.env.PATH = PATH;
  }
}

test('a .loe file and a picture of another format are scored against the original', async () => {
  const [png, file] = [tinyPng(), await tinyLoe()];
  const webp = await sharp(png).webp({ quality: 30 }).toBuffer();
  const folder = createFolder({ 'a.png': png, 'a.loe': file, 'a.webp': webp });
  const paths = ['a.loe', 'a.webp'].map(folder);
  const { code, json, stderr } = await loec(['compare', folder('a.png'), ...paths, '--json']);
  assert.is(code, 0, stderr);
  const { raster } = await readPng(png);
  const fromWebp = { ...raster, data: Uint8Array.from(await sharp(webp).raw().toBuffer()) };
  const expected = [await decode(file), fromWebp].map((decoded) => ownScores(raster, decoded));
  assert.equal(
    json().map(({ scores }) => withoutButteraugli(scores)),
    expected,
  );
  const [record = {}] = json();
  assert.equal([record.type, record.reference, record.file], ['compare', folder('a.png'), paths[0]]);
  assert.equal([record.width, record.height, record.bytes], [16, 16, file.length]);
  assert.is(record.bpp, (8 * file.length) / 256);
});

test('people read every figure, and what to install for one that is missing', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'a.loe': await tinyLoe() });
  const argv = ['compare', folder('a.png'), folder('a.loe')];
  const { code, stdout } = await withoutPrograms(() => loec(argv));
  assert.is(code, 0);
  const lines = stdout.toString().trimEnd().split('\n');
  assert.is(lines.length, 7);
  for (const [i, pattern] of [
    /a\.loe against .*a\.png, 16x16$/,
    /^ {2}\d+ bytes, \d+\.\d{4} bpp$/,
    /^ {2}PSNR, dB +\d+\.\d\d$/,
    /^ {2}SSIMULACRA2 +-?\d+\.\d\d$/,
    /^ {2}MS-SSIM of luma +0\.\d{5}$/,
    /^ {2}MS-SSIM of colour +0\.\d{5}$/,
    /^ {2}Butteraugli 3-norm +not measured: .*butteraugli_main.*libjxl-devtools/,
  ].entries()) {
    assert.match(lines[i] as string, pattern);
  }
});

test('equal pictures are at infinity, which is null in JSON', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const argv = ['compare', folder('a.png'), folder('a.png')];
  assert.match((await loec(argv)).stdout.toString(), /PSNR, dB +infinite/);
  const [{ scores } = {}] = (await loec([...argv, '--json'])).json();
  assert.equal(withoutButteraugli(scores), { psnr: null, ssimulacra2: 100, 'ms-ssim': 1, 'ms-ssim-rgb': 1 });
});

test('depth, grey and an opaque alpha make no difference', async () => {
  const grey = noiseRaster(20, 20, 1, 8);
  const level = (x: number, y: number): number => (grey.data[20 * y + x] as number) / 255;
  const same = rasterOf(20, 20, 4, 16, (x, y, c) => (c === 3 ? 1 : level(x, y)));
  const red = rasterOf(20, 20, 3, 8, (x, y, c) => (c > 0 ? level(x, y) : 0.5));
  const pngs = await Promise.all(
    [grey, same, red].map(async (raster) => Buffer.from(await pictureBytes(raster))),
  );
  const folder = createFolder(Object.fromEntries(pngs.map((png, i) => [`${i}.png`, png])));
  const paths = ['1.png', '2.png'].map(folder);
  const { json } = await loec(['compare', folder('0.png'), ...paths, '--json']);
  const [equal, reddened] = json().map(({ scores }) => withoutButteraugli(scores));
  assert.equal(equal, { psnr: null, ssimulacra2: 100, 'ms-ssim': 1, 'ms-ssim-rgb': 1 });
  const asColour = rasterOf(20, 20, 3, 8, (x, y) => level(x, y));
  assert.equal(reddened, ownScores(asColour, red));
});

test('other sizes and broken files are refused by name, and the others are compared', async () => {
  const png = tinyPng();
  const folder = createFolder({ 'a.png': png, 'b.png': tinyPng(18, 16), 'c.png': Buffer.from('none') });
  const paths = ['b.png', 'c.png', 'a.png'].map(folder);
  const { code, json, stderr } = await loec(['compare', folder('a.png'), ...paths, '--json']);
  assert.is(code, 3);
  assert.match(stderr, /b\.png: expected 16x16 pixels as in .*a\.png, found 18x16/);
  assert.match(stderr, /c\.png: expected a picture/);
  assert.equal(
    json().map(({ file }) => file),
    [folder('a.png')],
  );
  const piped = await loec(['compare', '-', folder('a.png')], createWorld({ stdin: png }));
  assert.match(piped.stdout.toString(), /a\.png against stdin/);
});

test('an original that cannot be read is named', async () => {
  const folder = createFolder({ 'a.png': tinyPng(), 'cut.loe': (await tinyLoe()).subarray(0, 50) });
  for (const [name, expected, reason] of [
    ['none.png', 3, /none\.png: no such file/],
    ['cut.loe', 4, /cut\.loe: the file is truncated/],
  ] as const) {
    const { code, stdout, stderr } = await loec(['compare', folder(name), folder('a.png')]);
    assert.is(code, expected);
    assert.is(stdout.length, 0);
    assert.match(stderr, reason);
  }
});

test('an original alone is compared with nothing', async () => {
  const { code, stderr } = await loec(['compare', 'a.png']);
  assert.is(code, 2);
  assert.match(stderr, /expected an original and pictures to compare with it/);
});

test.run();
