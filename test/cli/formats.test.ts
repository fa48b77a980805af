/** @file Pictures that are no PNG, in and out, compared with sharp. */

import { existsSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { readForeign } from '../../src/image/foreign/read.ts';
import { readPng } from '../../src/image/png/read.ts';
import type { Raster } from '../../src/image/raster.ts';
import { formatOf } from '../../src/image/signature.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { assert, skipped, suite } from '../harness.ts';
import { createFolder, createWorld, loec, QUICK, tinyLoe, tinyPng } from './world.ts';

const test = suite('cli formats');

const CASES = new URL('../../../shared/cases/', import.meta.url);

/** What `encode` gets of a file. */
async function rasterOf(file: Uint8Array): Promise<{ raster: Raster; notes: readonly string[] }> {
  const { bytes, notes } = await readForeign(file, formatOf(file) ?? '', 'a', DEFAULT_LIMITS);
  return { raster: (await readPng(bytes, { name: 'a', metadata: true })).raster, notes };
}

/** Samples as they lie in the file, without colour management. */
const samplesOf = async (file: Uint8Array) => [...(await sharp(file, { ignoreIcc: true }).raw().toBuffer())];

test('samples, profile and EXIF of other formats', async () => {
  const picture = sharp(tinyPng())
    .withIccProfile('p3')
    .withExif({ IFD0: { ImageDescription: 'a name' } });
  for (const format of ['jpeg', 'webp', 'avif', 'tiff'] as const) {
    const file = await picture.clone().toFormat(format).toBuffer();
    assert.is(formatOf(file)?.toLowerCase(), format);
    const { raster, notes } = await rasterOf(file);
    assert.equal([...raster.data], await samplesOf(file), format);
    assert.equal(notes, []);
    assert.ok(
      raster.colour.some(({ type }) => type === 'iCCP'),
      format,
    );
    // sharp writes no EXIF into TIFF.
    const hasExif = raster.metadata.some(({ data }) => Buffer.from(data).includes('a name'));
    assert.is(hasExif, format !== 'tiff', format);
  }
});

test('grey stays grey, 10 bits become 16, EXIF is not made up', async () => {
  const grey = await sharp(tinyPng()).toColourspace('b-w').jpeg().toBuffer();
  const { raster } = await rasterOf(grey);
  assert.equal([raster.channels, raster.depth, raster.metadata], [1, 8, []]);
  const samples = Uint16Array.from({ length: 768 }, (_, i) => 85 * i);
  const raw = { width: 16, height: 16, channels: 3, depth: 'ushort' } as const;
  const deep = await sharp(samples, { raw }).toColourspace('rgb16').avif({ bitdepth: 10 }).toBuffer();
  assert.is((await rasterOf(deep)).raster.depth, 16);
});

test('CMYK becomes sRGB', async () => {
  const file = await sharp(tinyPng()).toColourspace('cmyk').jpeg().toBuffer();
  const { raster } = await rasterOf(file);
  assert.is(raster.channels, 3);
  assert.equal(
    raster.colour.filter(({ type }) => type === 'iCCP'),
    [],
  );
});

test('of several pictures in a file the first is taken, and that is said', async () => {
  const frames = await Promise.all(
    [16, 8].map((size) => sharp(tinyPng()).resize(16).modulate({ hue: size }).toBuffer()),
  );
  const gif = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  const { raster, notes } = await rasterOf(gif);
  assert.equal([raster.width, raster.height], [16, 16]);
  assert.match(notes[0] ?? '', /the first of 2 pictures/);
});

test('a JPEG under the name of a PNG is encoded as the JPEG that it is', async () => {
  const folder = createFolder({ 'a.png': await sharp(tinyPng()).jpeg().toBuffer() });
  const { code, stderr } = await loec(['encode', folder('a.png'), ...QUICK]);
  assert.is(code, 0, stderr);
  assert.is(readFileSync(folder('a.loe')).subarray(1, 4).toString(), 'LOE');
});

test('what is broken, too large or of no use is named', async () => {
  const jpeg = await sharp(tinyPng()).jpeg().toBuffer();
  const files: [Uint8Array, number, RegExp][] = [
    [jpeg.subarray(0, jpeg.length - 60), 3, /the JPEG picture can't be read/],
    [Buffer.from('BM1234\0\0\0\0'), 3, /this is a BMP file; convert it to PNG first/],
    [await tinyLoe(), 3, /this is a \.loe file; decode it first/],
    [Buffer.from('hello'), 3, /expected a picture, this is a text file/],
  ];
  for (const [stdin, expected, message] of files) {
    const { code, stderr } = await loec(['encode', '-'], createWorld({ stdin: Buffer.from(stdin) }));
    assert.is(code, expected, stderr);
    assert.match(stderr, message);
  }
  const small = await loec(['encode', '-', '--limit', 'pixels=255'], createWorld({ stdin: jpeg }));
  assert.is(small.code, 8, small.stderr);
});

test('decode writes the format of the name', async () => {
  const folder = createFolder({ 'a.loe': await tinyLoe() });
  await loec(['decode', folder('a.loe')]);
  const expected = await samplesOf(readFileSync(folder('a.png')));
  for (const [name, format] of [
    ['a.jpg', 'jpeg'],
    ['b.JPEG', 'jpeg'],
    ['a.webp', 'webp'],
    ['a.avif', 'heif'],
  ] as const) {
    const { code, stderr } = await loec(['decode', folder('a.loe'), '-o', folder(name)]);
    assert.is(code, 0, stderr);
    const file = readFileSync(folder(name));
    assert.is((await sharp(file).metadata()).format, format);
    const samples = await samplesOf(file);
    const error = samples.reduce((sum, value, i) => sum + Math.abs(value - (expected[i] ?? 0)), 0);
    assert.ok(error / samples.length < 8, `${name}: ${error / samples.length}`);
  }
});

test('what a format has no place for is said', async () => {
  const samples = Uint16Array.from({ length: 1024 }, (_, i) => 64 * i);
  const raw = { width: 16, height: 16, channels: 4, depth: 'ushort' } as const;
  const picture = await sharp(samples, { raw }).toColourspace('rgb16').png().toBuffer();
  const folder = createFolder({ 'a.png': picture });
  await loec(['encode', folder('a.png'), ...QUICK]);
  const { code, json, stderr } = await loec(['decode', folder('a.loe'), '-o', folder('a.jpg'), '--json']);
  assert.is(code, 0, stderr);
  assert.match(stderr, /jpeg has no place for it: .*8 of 16 bits, transparency/);
  const [record = {}] = json();
  assert.is((record.notes as string[]).length, 1);
});

if (existsSync(CASES)) {
  test('shared case: jpeg_named.png', async () => {
    const file = readFileSync(new URL('jpeg_named.png', CASES));
    assert.equal([...(await rasterOf(file)).raster.data], await samplesOf(file));
  });
} else skipped('shared cases', 'the folder ../shared/cases is not there');

test.run();
