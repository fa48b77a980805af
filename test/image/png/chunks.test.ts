/** @file The chunks that travel with a picture: which are kept, in what order, and what is said of the others. */

import { deflateSync } from 'node:zlib';
import { type PngPicture, readPng } from '../../../src/image/png/read.ts';
import type { Chunk } from '../../../src/image/raster.ts';
import { assert, suite } from '../../harness.ts';
import { buildPng, chunk, END, exifOf, partsOf, pngOf, storedRows, transparentColour } from './build.ts';

const test = suite('png chunks');

const text = (value: string): Uint8Array => Buffer.from(value, 'latin1');
const integers = (...values: number[]): Uint8Array => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
};

/** One of each, in the order of rasters. */
const DISPLAY = [
  ['cICP', Uint8Array.of(9, 16, 0, 1)],
  ['iCCP', text('name\0\0whatever')],
  ['sRGB', Uint8Array.of(0)],
  ['gAMA', integers(45455)],
  ['cHRM', integers(31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)],
  ['mDCV', new Uint8Array(24).fill(7)],
  ['cLLI', integers(10_000_000, 4_000_000)],
  ['sBIT', Uint8Array.of(5)],
  ['pHYs', Uint8Array.of(0, 0, 46, 35, 0, 0, 46, 35, 1)],
] as const;

const METADATA = [
  ['tEXt', text('Title\0a')],
  ['tEXt', text('Author\0b')],
  ['eXIf', exifOf(1, false)],
  ['zTXt', text('Comment\0\0zz')],
  ['iTXt', text('XML:com.adobe.xmp\0\0\0\0\0<x/>')],
] as const;

type Pairs = readonly (readonly [string, Uint8Array])[];
const bytesOf = (pairs: Pairs): unknown => pairs.map(([type, data]) => [type, [...data]]);
const bytesOfChunks = (chunks: readonly Chunk[]): unknown =>
  bytesOf(chunks.map(({ type, data }) => [type, data]));
const read = (before: Pairs, kind = partsOf(0, 8)): Promise<PngPicture> =>
  readPng(buildPng({ ...kind, before: [...(kind.before ?? []), ...before] }), { metadata: true });

test('display chunks are kept in one order; metadata only when asked, and named otherwise', async () => {
  const parts = partsOf(0, 8);
  const before = [...DISPLAY].reverse();
  const bytes = buildPng({ ...parts, before, after: [...METADATA, ['tIME', new Uint8Array(7)]] });
  const without = await readPng(bytes);
  assert.equal(bytesOfChunks(without.raster.colour), bytesOf(DISPLAY));
  assert.equal(without.raster.metadata, []);
  assert.equal([...without.dropped].sort(), ['eXIf', 'iTXt', 'tEXt', 'zTXt']);
  const all = await readPng(bytes, { metadata: true });
  assert.equal(bytesOfChunks(all.raster.metadata), bytesOf(METADATA));
  for (const { data } of [...all.raster.colour, ...all.raster.metadata])
    assert.is(data.buffer.byteLength, data.length, 'the file stays in memory');
  assert.equal([all.dropped, all.notes, without.notes], [[], [], []]);
});

test('ancillary chunks count wherever they stand', async () => {
  const bytes = buildPng({ ...partsOf(0, 8), after: DISPLAY });
  assert.equal(bytesOfChunks((await readPng(bytes)).raster.colour), bytesOf(DISPLAY));
});

test('of several the first counts, and the note says so', async () => {
  for (const [type, data] of [...DISPLAY, ['eXIf', exifOf(1, true)] as const]) {
    const { raster, notes } = await read([
      [type, data],
      [type, data.map((byte) => byte ^ 1)],
      [type, data],
    ]);
    assert.equal(bytesOfChunks([...raster.colour, ...raster.metadata]), bytesOf([[type, data]]), type);
    assert.match(notes.map(({ text }) => text).join(), new RegExp(`chunk "${type}" at offset \\d+: `));
  }
});

test('malformed ones are left out with a note', async () => {
  for (const [type, data] of [
    ['cICP', Uint8Array.of(9, 16, 1, 1)],
    ['cICP', Uint8Array.of(9, 16, 0)],
    ['iCCP', text('\0\0profile')],
    ['iCCP', text('name\0\x01profile')],
    ['sRGB', Uint8Array.of(4)],
    ['gAMA', integers(0)],
    ['gAMA', integers(2 ** 31)],
    ['cHRM', new Uint8Array(31)],
    ['mDCV', new Uint8Array(25)],
    ['cLLI', integers(2 ** 31, 0)],
    ['sBIT', Uint8Array.of(9)],
    ['sBIT', Uint8Array.of(0)],
    ['sBIT', Uint8Array.of(8, 8, 8)],
    ['pHYs', new Uint8Array(8)],
    ['pHYs', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 2)],
    ['eXIf', text('Exif\0\0MM\0*')],
    ['tEXt', text('no end')],
    ['tEXt', text(`${'k'.repeat(80)}\0b`)],
    ['zTXt', text('a\0\x01z')],
    ['iTXt', text('a\0\0\0en')],
  ] as const) {
    const { raster, notes } = await read([[type, data]]);
    assert.equal([raster.colour, raster.metadata], [[], []], type);
    assert.match(notes[0]?.text ?? '', new RegExp(`chunk "${type}" at offset 33: it is malformed`));
    const again = await read([[type, data], ...DISPLAY, ...METADATA]);
    assert.is(again.raster.colour.length, DISPLAY.length, 'a sound one behind it counts');
  }
});

test('significant bits fit the channels of the raster', async () => {
  const bits = async (values: number[], kind: Parameters<typeof read>[1], before: Pairs = []) => [
    ...((await read([...before, ['sBIT', Uint8Array.from(values)]], kind)).raster.colour[0]?.data ?? []),
  ];
  assert.equal(await bits([5, 6, 5], partsOf(3, 4)), [5, 6, 5]);
  assert.equal(await bits([5, 6, 5], partsOf(3, 4), [['tRNS', Uint8Array.of(1)]]), [5, 6, 5, 8]);
  assert.equal(await bits([2], partsOf(0, 4)), [2]);
  assert.equal(await bits([5], partsOf(0, 4)), []);
  const key = transparentColour(partsOf(2, 16));
  assert.equal(await bits([12, 12, 10], partsOf(2, 16), [['tRNS', key]]), [12, 12, 10, 16]);
  assert.equal(await bits([5, 6, 5, 1], partsOf(6, 8)), [5, 6, 5, 1]);
  assert.equal(await bits([5, 3], partsOf(4, 8)), [5, 3]);
});

test('profiles and texts that would inflate to much stay deflated', async () => {
  const bomb = Buffer.concat([text('a\0\0'), deflateSync(new Uint8Array(2 ** 28))]);
  const before = process.memoryUsage().rss;
  const { raster } = await read([
    ['iCCP', bomb],
    ['zTXt', bomb],
  ]);
  assert.equal([raster.colour.length, raster.metadata.length], [1, 1]);
  assert.ok(process.memoryUsage().rss - before < 2 ** 26);
});

const FRAME = ['fcTL', new Uint8Array(26)] as const;
const FRAME_DATA = ['fdAT', new Uint8Array(9)] as const;

test('of an animation it is said how much was left out', async () => {
  const parts = partsOf(0, 8);
  const idat = chunk('IDAT', deflateSync(storedRows(parts)));
  const notesOf = async (...chunks: Uint8Array[]) =>
    (await readPng(pngOf(parts, chunk('acTL', integers(9, 0)), ...chunks, END))).notes.map(
      ({ text }) => text,
    );
  const [frame, data] = [chunk(...FRAME), chunk(...FRAME_DATA)];
  assert.equal(await notesOf(frame, idat, frame, data, frame, data), [
    'left out: 2 of 3 frames; the first one was read',
  ]);
  assert.equal(await notesOf(idat, frame, data), [
    'left out: an animation of 1 frame; the still picture was read',
  ]);
  assert.equal(await notesOf(frame, idat), []);
});

test.run();
