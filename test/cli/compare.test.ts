/** @file `loec compare`. */

import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { pictureBytes } from '../../src/bench/pictures.ts';
import { drawDifference } from '../../src/cli/compare/difference.ts';
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

test('the difference is drawn as large as it is, times what is said', async () => {
  const [png, file] = [tinyPng(), await tinyLoe()];
  const folder = createFolder({ 'a.png': png, 'a.loe': file });
  const argv = ['compare', folder('a.png'), folder('a.loe'), '--difference', folder('x.png')];
  const { code, json, stderr } = await loec([...argv, '--json']);
  assert.is(code, 0, stderr);
  const [record = {}] = json();
  const { amplification, largest, output } = record.difference as Record<string, number>;
  const decoded = (await decode(file)).data;
  const differences = (await sharp(png).raw().toBuffer()).map((value, i) =>
    Math.abs(value - (decoded[i] as number)),
  );
  assert.is(largest, Math.max(...differences));
  assert.ok(Number.isInteger(Math.log2(amplification as number)), `${amplification}`);
  const expected = Uint8Array.from(differences, (value) => Math.min(255, value * (amplification as number)));
  const { raster } = await readPng(readFileSync(folder('x.png')));
  assert.equal([raster.channels, raster.depth, output as unknown], [3, 8, folder('x.png')]);
  assert.equal(raster.data, expected);
  // Amplified any more, many would be as bright as can be.
  const clipped = (factor: number) => differences.filter((value) => value * factor > 255).length;
  assert.ok(clipped(amplification as number) <= 0.01 * differences.length);
  assert.ok(clipped(2 * (amplification as number)) > 0.01 * differences.length);
  const again = await loec(argv);
  assert.is(again.code, 6);
  assert.match(again.stderr, /x\.png exists/);
  const forced = await loec([...argv, '--force', '--amplify', '3']);
  assert.match(
    forced.stdout.toString(),
    new RegExp(`largest difference  ${largest} of 255 levels; .*x\\.png shows where, 3 times amplified`),
  );
});

test('what alpha hides is no difference, and alpha itself is one', () => {
  const of = (...data: number[]): Raster => ({
    ...rasterOf(2, 1, 2, 8, () => 0),
    data: Uint8Array.from(data),
  });
  // A hidden grey; then half an alpha less under black: over white it shows.
  const { picture, amplification } = drawDifference(of(200, 0, 0, 255), of(10, 0, 0, 127));
  assert.equal([...picture.data], [0, 128]);
  assert.equal([picture.channels, amplification], [1, 1]);
});

test('equal pictures are black, and few differences are seen', () => {
  const flat = rasterOf(40, 40, 1, 16, () => 0.5);
  const equal = drawDifference(flat, flat);
  assert.equal([equal.amplification, equal.largest, Math.max(...equal.picture.data)], [1, 0, 0]);
  const data = flat.data.slice();
  data[7] = (data[7] as number) + 257;
  const one = drawDifference(flat, { ...flat, data });
  assert.equal([one.amplification, one.picture.data[7], one.picture.data[8]], [128, 128, 0]);
});

test('a difference that cannot be drawn is refused before the work', async () => {
  const folder = createFolder({ 'a.png': tinyPng() });
  const a = folder('a.png');
  for (const [argv, message] of [
    [[a, a, a, '--difference', folder('x.png')], /of two pictures, found 3/],
    [[a, a, '--difference', folder('x.jpg')], /a name in \.png for --difference/],
    [[a, a, '--difference', a, '--force'], /is the input .*a\.png, which would be lost/],
    [[a, a, '--difference', '-'], /a name in \.png for --difference, received -/],
  ] as const) {
    const { code, stdout, stderr } = await loec(['compare', ...argv]);
    assert.is(code, 2);
    assert.is(stdout.length, 0);
    assert.match(stderr, message);
  }
});

test.run();
