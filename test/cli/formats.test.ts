/** @file Pictures that are no PNG, in and out, compared with sharp. */

import { existsSync, readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { readForeign } from '../../src/image/foreign/read.ts';
import { withBitsOf, writeForeign } from '../../src/image/foreign/write.ts';
import { iccpData } from '../../src/image/icc/iccp.ts';
import { reducedChunks } from '../../src/image/icc/reduce-chunks.ts';
import { readPng } from '../../src/image/png/read.ts';
import { writePng } from '../../src/image/png/write.ts';
import type { Raster } from '../../src/image/raster.ts';
import { formatOf } from '../../src/image/signature.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { assert, skipped, suite } from '../harness.ts';
import { profileWith, tableTag } from '../image/icc/profiles.ts';
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
  const { raster, notes } = await rasterOf(file);
  assert.is(raster.channels, 3);
  assert.match(notes.join(), /cmyk\) become sRGB/);
  assert.equal(
    raster.colour.filter(({ type }) => type === 'iCCP'),
    [],
  );
});

/** What a display of sRGB shows, upright: samples of 8 bits with alpha. */
const shown = async (file: Uint8Array): Promise<number[]> => [
  ...(await sharp(file).rotate().toColourspace('srgb').ensureAlpha().raw().toBuffer()),
];

async function pngOf(raster: Raster): Promise<Buffer> {
  return buffer(writePng({ ...raster, metadata: [] }));
}

test('pictures of all kinds are upright, and in the colours that sharp gives them, by the smallest profile too', async () => {
  const picture = sharp(tinyPng(20, 16));
  const upright = picture.clone().withMetadata({ orientation: 6 }).withIccProfile('p3');
  const samples = Uint16Array.from({ length: 1280 }, (_, i) => 51 * i);
  const raw = { width: 20, height: 16, channels: 4, depth: 'ushort' } as const;
  const deep = sharp(samples, { raw }).toColourspace('rgb16');
  const files: readonly (readonly [Buffer, Pick<Raster, 'width' | 'channels' | 'depth'>])[] = [
    [await upright.clone().jpeg().toBuffer(), { width: 16, channels: 3, depth: 8 }],
    [await upright.clone().avif().toBuffer(), { width: 16, channels: 3, depth: 8 }],
    [await upright.clone().webp().toBuffer(), { width: 16, channels: 3, depth: 8 }],
    [await upright.clone().tiff().toBuffer(), { width: 16, channels: 3, depth: 8 }],
    [await deep.clone().tiff({ compression: 'lzw' }).toBuffer(), { width: 20, channels: 4, depth: 16 }],
    [
      await deep.clone().removeAlpha().avif({ bitdepth: 12 }).toBuffer(),
      { width: 20, channels: 3, depth: 16 },
    ],
    [
      await picture.clone().ensureAlpha(0.5).webp({ lossless: true }).toBuffer(),
      { width: 20, channels: 4, depth: 8 },
    ],
    [await picture.clone().gif({ colours: 8 }).toBuffer(), { width: 20, channels: 3, depth: 8 }],
    [
      await picture.clone().threshold().tiff({ bitdepth: 1 }).toBuffer(),
      { width: 20, channels: 3, depth: 8 },
    ],
    [await picture.clone().withIccProfile('cmyk').jpeg().toBuffer(), { width: 20, channels: 3, depth: 8 }],
  ];
  for (const [file, expected] of files) {
    const { raster } = await rasterOf(file);
    const { width, channels, depth } = raster;
    assert.equal({ width, channels, depth }, expected);
    const colour = reducedChunks(raster.colour, 'smallest', assert.unreachable);
    const [found, wanted] = [await shown(await pngOf({ ...raster, colour })), await shown(file)];
    assert.is(found.length, wanted.length);
    const error = Math.max(...found.map((value, i) => Math.abs(value - (wanted[i] as number))));
    assert.ok(error <= 1, `${formatOf(file)}: ${error}`);
    const resolution = colour.some(({ type }) => type === 'pHYs');
    assert.is(resolution, (await sharp(file).metadata()).density !== undefined, `${formatOf(file)}`);
  }
});

test('HEIC is named, with what to do', async () => {
  const { code, stderr } = await loec(['encode', fileURLToPath(new URL('tiny.heic', import.meta.url))]);
  assert.is(code, 9, stderr);
  assert.match(stderr, /tiny\.heic: this is a HEIC file: .*HEVC: convert it to PNG/);
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
    ['a.tif', 'tiff'],
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

test('TIFF keeps 16 bits, alpha and profile; others get the nearest of 8 bits', async () => {
  const samples = Uint16Array.from({ length: 1024 }, (_, i) => (i % 4 < 3 ? 257 * 100 + 200 : 64 * i));
  const raster = { width: 16, height: 16, channels: 4, depth: 16, data: samples, colour: [] } as const;
  const { icc } = await sharp(await sharp(tinyPng()).withIccProfile('p3').tiff().toBuffer()).metadata();
  const colour = [{ type: 'iCCP', data: iccpData(icc as Buffer) }];
  const write = async (format: 'tiff' | 'webp'): Promise<Uint8Array> => {
    const bands = (async function* () {
      yield samples;
    })();
    const picture = withBitsOf(format, { ...raster, colour, metadata: [], bands });
    return writeForeign(await buffer(writePng(picture)), picture, format);
  };
  const tiff = await write('tiff');
  const { space, depth, icc: kept } = await sharp(tiff).metadata();
  assert.equal({ space, depth }, { space: 'rgb16', depth: 'ushort' });
  assert.equal(kept, icc);
  const raw = await sharp(tiff, { ignoreIcc: true })
    .toColourspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer();
  assert.equal(new Uint16Array(raw.buffer, raw.byteOffset, 1024), samples);
  const [level = 0] = await samplesOf(await write('webp'));
  assert.is(level, 101);
});

test('grey stays grey where the format has it, and is sRGB with its profile where not', async () => {
  const profile = profileWith({ kTRC: tableTag((x) => x) }, 'GRAY');
  const data = new Uint8Array(256).fill(60);
  const grey = { width: 16, height: 16, channels: 1, depth: 8, data } as const;
  const colour = [{ type: 'iCCP', data: iccpData(profile) }];
  const png = await pngOf({ ...grey, colour, metadata: [] });
  for (const format of ['jpeg', 'tiff', 'webp', 'avif'] as const) {
    const bands = (async function* () {
      yield data;
    })();
    const file = await writeForeign(png, { ...grey, colour, metadata: [], bands }, format);
    const { channels, icc } = await sharp(file).metadata();
    assert.is(channels, format === 'jpeg' || format === 'tiff' ? 1 : 3);
    assert.is(icc !== undefined, channels === 1);
    const [level = 0] = await shown(file);
    // 60/255 of the light, by the curve of sRGB.
    assert.ok(Math.abs(level - 132.5) <= 2, `${format}: ${level}`);
  }
});

test('a name that decode can not write is an error that says which it can', async () => {
  const folder = createFolder({ 'a.loe': await tinyLoe() });
  for (const args of [[folder('a.gif')], ['-o', folder('a.bmp')], [folder('a.xyz')]]) {
    const { code, stderr } = await loec(['decode', folder('a.loe'), ...args]);
    assert.is(code, 2, stderr);
    assert.match(
      stderr,
      /a\.\w+: decode can't write this format; it writes \.png, .*\.jpg.*\.webp, \.avif, \.tif/,
    );
  }
});

test('info says what the colours are, and the profile takes few bytes', async () => {
  const picture = sharp(tinyPng()).png();
  for (const [profile, said] of [
    ['srgb', /colours: sRGB\n/],
    ['p3', /colours: Display P3 \(ICC profile, 444 bytes\)\n/],
  ] as const) {
    const folder = createFolder({ 'a.png': await picture.clone().withIccProfile(profile).toBuffer() });
    await loec(['encode', folder('a.png'), ...QUICK]);
    assert.match(`${(await loec(['info', folder('a.loe')])).stdout}`, said);
    const [info = {}] = (await loec(['info', folder('a.loe'), '--json'])).json();
    assert.ok((info.besides as { header: number }).header <= 90);
    await loec(['encode', folder('a.png'), ...QUICK, '--icc', 'exact', '--force']);
    const [exact = {}] = (await loec(['info', folder('a.loe'), '--json'])).json();
    assert.is((exact.profile as { bytes: number }).bytes, 480);
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
