import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { LoecError } from '../../../src/errors.ts';
import { readPng } from '../../../src/image/png/read.ts';
import { peakOf, type Raster } from '../../../src/image/raster.ts';
import { assert, suite } from '../../harness.ts';
import { buildPng, CHANNELS, chunk, headerChunk, type PngParts, SIGNATURE } from './build.ts';
import { expanded, expandedBySharp } from './by-sharp.ts';

const test = suite('png read');
const read = (bytes: Uint8Array): Raster => readPng(bytes, { name: 'a.png', metadata: false }).raster;

/** Samples that take every value of a depth up to 8 bits, and spread over 16. */
const pattern =
  (bitDepth: number) =>
  (x: number, y: number, channel: number): number =>
    (Math.imul(x + 13 * y + 5 * channel, bitDepth === 16 ? 40503 : 1) >>> 0) % 2 ** bitDepth;

function partsOf(colourType: PngParts['colourType'], bitDepth: number, width = 19, height = 14): PngParts {
  const palette = Uint8Array.from({ length: 3 * 2 ** bitDepth }, (_, i) => (i * 89) % 256);
  return {
    width,
    height,
    colourType,
    bitDepth,
    sampleAt: pattern(bitDepth),
    before: colourType === 3 ? [['PLTE', palette]] : [],
  };
}

const KINDS = [
  [0, [1, 2, 4, 8, 16]],
  [2, [8, 16]],
  [3, [1, 2, 4, 8]],
  [4, [8, 16]],
  [6, [8, 16]],
] as const;

for (const [colourType, bitDepths] of KINDS) {
  for (const bitDepth of bitDepths) {
    test(`colour type ${colourType} at ${bitDepth} bits, plain and interlaced, as libpng reads it`, async () => {
      for (const interlaced of [false, true]) {
        const bytes = buildPng({ ...partsOf(colourType, bitDepth), interlaced });
        const raster = read(bytes);
        assert.is(raster.channels, colourType === 3 ? 3 : CHANNELS[colourType]);
        assert.is(raster.depth, bitDepth === 16 ? 16 : 8);
        assert.equal(expanded(raster), await expandedBySharp(bytes, raster.depth));
      }
    });
  }
}

test('interlaced pictures smaller than the pattern', async () => {
  for (const [width, height] of [
    [1, 1],
    [1, 9],
    [5, 2],
  ] as const) {
    const bytes = buildPng({ ...partsOf(2, 8, width, height), interlaced: true });
    assert.equal(expanded(read(bytes)), await expandedBySharp(bytes, 8));
  }
});

/** tRNS for the colour at (3, 2) of a picture without a palette. */
function transparentColour({ colourType, sampleAt }: PngParts): Uint8Array {
  const bytes = Buffer.alloc(2 * CHANNELS[colourType]);
  for (let channel = 0; channel < CHANNELS[colourType]; channel++) {
    bytes.writeUInt16BE(sampleAt(3, 2, channel), 2 * channel);
  }
  return bytes;
}

test('a transparent colour becomes an alpha channel', async () => {
  for (const [colourType, bitDepth] of [
    [0, 2],
    [0, 8],
    [0, 16],
    [2, 8],
    [2, 16],
  ] as const) {
    const parts = partsOf(colourType, bitDepth);
    const bytes = buildPng({ ...parts, before: [['tRNS', transparentColour(parts)]] });
    const raster = read(bytes);
    assert.is(raster.channels, colourType === 0 ? 2 : 4);
    const alphas = (samples: number[]): number[] => samples.filter((_, i) => i % 4 === 3);
    const ours = alphas(expanded(raster));
    assert.equal(ours, alphas(await expandedBySharp(bytes, raster.depth)));
    assert.is(ours[3 + 2 * 19], 0);
    assert.ok(ours.some((alpha) => alpha === peakOf(raster.depth)));
  }
});

test('a palette with alpha', async () => {
  const parts = partsOf(3, 4);
  const alphas = Uint8Array.from({ length: 11 }, (_, i) => 20 * i);
  const bytes = buildPng({ ...parts, before: [...(parts.before ?? []), ['tRNS', alphas]] });
  assert.is(read(bytes).channels, 4);
  assert.equal(expanded(read(bytes)), await expandedBySharp(bytes, 8));
});

const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');
const COLOUR = [
  ['cICP', Uint8Array.of(9, 16, 0, 1)],
  ['iCCP', text('name\0\0whatever')],
  ['sRGB', Uint8Array.of(0)],
  ['gAMA', Uint8Array.of(0, 0, 177, 143)],
] as const;
const METADATA = [
  ['tEXt', text('Title\0a')],
  ['tEXt', text('Author\0b')],
  ['eXIf', text('MM\0*')],
] as const;

test('colour chunks are kept; metadata only when asked, and named otherwise', () => {
  const bytes = buildPng({ ...partsOf(0, 8), before: [...COLOUR, ...METADATA, ['tIME', new Uint8Array(7)]] });
  const asPairs = (chunks: Raster['colour']): unknown =>
    chunks.map(({ type, data }) => [type, [...data]] as const);
  const pairs = (chunks: readonly (readonly [string, Uint8Array])[]): unknown =>
    chunks.map(([type, data]) => [type, [...data]] as const);
  const without = readPng(bytes, { name: 'a.png', metadata: false });
  assert.equal(asPairs(without.raster.colour), pairs(COLOUR));
  assert.equal([without.raster.metadata, [...without.dropped].sort()], [[], ['eXIf', 'tEXt']]);
  const all = readPng(bytes, { name: 'a.png', metadata: true });
  assert.equal(asPairs(all.raster.metadata), pairs(METADATA));
  for (const { data } of [...all.raster.colour, ...all.raster.metadata])
    assert.is(data.buffer.byteLength, data.length, 'the file stays in memory');
  assert.equal(all.dropped, []);
});

/** The message of a file that is refused. */
function refusal(bytes: Uint8Array, code = 'E_INPUT'): string {
  try {
    readPng(bytes, { name: 'a.png', metadata: false, maxPixels: 1e6 });
  } catch (error) {
    assert.instance(error, LoecError);
    assert.is((error as LoecError).code, code, String(error));
    assert.ok((error as LoecError).message.startsWith('a.png: '), String(error));
    return (error as LoecError).message;
  }
  return assert.unreachable('it was read') as never;
}

test('every truncation is refused', () => {
  for (const interlaced of [false, true]) {
    const bytes = buildPng({ ...partsOf(3, 8, 5, 4), interlaced });
    for (let length = 0; length < bytes.length; length++) refusal(bytes.subarray(0, length));
  }
});

test('a flipped bit anywhere is refused', () => {
  const parts = partsOf(0, 4, 7, 5);
  const bytes = buildPng({
    ...parts,
    before: [
      ['tRNS', transparentColour(parts)],
      ['tEXt', text('a\0b')],
    ],
  });
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = Uint8Array.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    refusal(flipped);
  }
});

test('the message names the chunk and its offset', () => {
  const bytes = buildPng(partsOf(3, 8));
  const offset = bytes.indexOf('PLTE') - 4;
  bytes[offset + 9] = (bytes[offset + 9] ?? 0) ^ 1;
  assert.match(refusal(bytes), new RegExp(`CRC of chunk "PLTE" at offset ${offset} `));
});

const END = chunk('IEND', new Uint8Array(0));

/** A file with sound chunks and the given pixel data. */
function withPixelData(parts: PngParts, raw: Uint8Array): Buffer {
  return Buffer.concat([SIGNATURE, headerChunk(parts), chunk('IDAT', raw), END]);
}

test('sound CRCs around bad contents are refused too', () => {
  const parts = partsOf(0, 8, 4, 4);
  const rows = (filter: number, count: number): Uint8Array =>
    deflateSync(Uint8Array.from(Array.from({ length: count }, () => [filter, 1, 2, 3, 4]).flat()));
  assert.is(read(withPixelData(parts, rows(0, 4))).data[15], 4);
  for (const interlaced of [false, true]) {
    for (const raw of [new Uint8Array(0), Uint8Array.of(1, 2, 3), rows(0, 3), rows(0, 5), rows(9, 4)]) {
      refusal(withPixelData({ ...parts, interlaced }, raw));
    }
  }
  refusal(Buffer.concat([SIGNATURE, headerChunk(parts), END]));
  refusal(Buffer.concat([SIGNATURE, END]));
  refusal(withPixelData({ ...parts, width: 0 }, rows(0, 4)));
  refusal(withPixelData({ ...parts, bitDepth: 3 }, rows(0, 4)));
  refusal(buildPng({ ...partsOf(3, 8), before: [] }));
  refusal(buildPng({ ...partsOf(3, 8), before: [['PLTE', Uint8Array.of(1, 2, 3)]] }));
  refusal(buildPng({ ...partsOf(2, 8), before: [['tRNS', Uint8Array.of(0)]] }));
});

test('pictures beyond the limit are refused before they are decoded; pixel data can’t outgrow the picture', () => {
  assert.match(refusal(withPixelData(partsOf(0, 8, 5000, 5000), new Uint8Array(0)), 'E_LIMIT'), /5000x5000/);
  const bomb = deflateSync(new Uint8Array(2 ** 27));
  for (const interlaced of [false, true]) {
    const before = process.memoryUsage().rss;
    refusal(withPixelData({ ...partsOf(0, 8, 4, 4), interlaced }, bomb));
    assert.ok(process.memoryUsage().rss - before < 2 ** 26, `interlaced: ${interlaced}`);
  }
});

test('other formats get a clear message', async () => {
  const raw = { raw: { width: 8, height: 8, channels: 3 } } as const;
  const jpeg = await sharp(new Uint8Array(192), raw).jpeg().toBuffer();
  assert.match(refusal(jpeg), /expected a PNG.*convert it to PNG/);
  assert.match(refusal(text('Hello, this is a text file.')), /expected a PNG/);
  assert.match(refusal(new Uint8Array(0)), /empty/);
});

test.run();
