import { deflateSync } from 'node:zlib';
import { LoecError } from '../../../src/errors.ts';
import { type ReadPngOptions, readPng } from '../../../src/image/png/read.ts';
import { writePng } from '../../../src/image/png/write.ts';
import type { Raster } from '../../../src/image/raster.ts';
import { assert, suite } from '../../harness.ts';
import { noiseRaster } from '../rasters.ts';
import {
  buildPng,
  CHANNELS,
  chunk,
  END,
  headerChunk,
  partsOf,
  pngOf,
  SIGNATURE,
  storedRows,
  transparentColour,
} from './build.ts';
import { expanded, expandedBySharp } from './by-sharp.ts';

const test = suite('png read');
const read = async (bytes: Uint8Array): Promise<Raster> => (await readPng(bytes)).raster;

/** The message of a file that is refused. */
async function refusal(bytes: Uint8Array, code = 'E_INPUT', options: ReadPngOptions = {}): Promise<string> {
  try {
    await readPng(bytes, { name: 'a.png', ...options });
  } catch (error) {
    assert.instance(error, LoecError);
    assert.is((error as LoecError).code, code, String(error));
    return (error as LoecError).message;
  }
  return assert.unreachable('it was read') as never;
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
        const { raster, notes, dropped } = await readPng(bytes);
        assert.is(raster.channels, colourType === 3 ? 3 : CHANNELS[colourType]);
        assert.is(raster.depth, bitDepth === 16 ? 16 : 8);
        assert.equal(expanded(raster), await expandedBySharp(bytes, raster.depth));
        assert.equal([notes, dropped], [[], []]);
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
    assert.equal(expanded(await read(bytes)), await expandedBySharp(bytes, 8));
  }
});

test('every filter, at every size of pixels, as libpng undoes it', async () => {
  for (const [colourType, bitDepth] of [
    [0, 1],
    [0, 8],
    [2, 8],
    [4, 16],
    [6, 16],
  ] as const) {
    const parts = partsOf(colourType, bitDepth, 23, 25);
    for (const interlaced of [false, true]) {
      const rows = storedRows({ ...parts, interlaced });
      // Rows of the one pass, or of the last one, which has most: others keep filter 0.
      const bits = CHANNELS[colourType] * bitDepth;
      const rowBytes = 1 + Math.ceil((23 * bits) / 8);
      const count = interlaced ? 12 : 25;
      for (let row = 0; row < count; row++) rows[rows.length - (row + 1) * rowBytes] = row % 5;
      const bytes = pngOf({ ...parts, interlaced }, chunk('IDAT', deflateSync(rows)), END);
      const raster = await read(bytes);
      assert.equal(expanded(raster), await expandedBySharp(bytes, raster.depth));
    }
  }
});

test('rows that come in several pieces, by every filter', async () => {
  for (const [colourType, bitDepth, width] of [
    [3, 4, 150_001],
    [2, 8, 30_001],
    [4, 16, 20_001],
  ] as const) {
    const parts = partsOf(colourType, bitDepth, width, 5);
    const rows = storedRows(parts);
    for (let row = 0; row < 5; row++) rows[(row * rows.length) / 5] = row;
    const palette = (parts.before ?? []).map(([type, data]) => chunk(type, data));
    const bytes = pngOf(parts, ...palette, chunk('IDAT', deflateSync(rows)), END);
    const raster = await read(bytes);
    const [ours, theirs] = [expanded(raster), await expandedBySharp(bytes, raster.depth)];
    assert.is(ours.length, theirs.length);
    assert.is(
      ours.findIndex((sample, i) => sample !== theirs[i]),
      -1,
    );
  }
});

test('a transparent colour becomes an alpha channel and keeps its samples', async () => {
  for (const [colourType, bitDepth] of [
    [0, 1],
    [0, 2],
    [0, 4],
    [0, 8],
    [0, 16],
    [2, 8],
    [2, 16],
  ] as const) {
    const parts = partsOf(colourType, bitDepth);
    const bytes = buildPng({ ...parts, before: [['tRNS', transparentColour(parts)]] });
    const raster = await read(bytes);
    assert.is(raster.channels, colourType === 0 ? 2 : 4);
    assert.equal(expanded(raster), await expandedBySharp(bytes, raster.depth));
    assert.is(expanded(raster)[4 * (3 + 2 * 19) + 3], 0);
  }
});

test('a palette with alpha; indices behind its end are black, with a note', async () => {
  const parts = partsOf(3, 4);
  const alphas = Uint8Array.from({ length: 11 }, (_, i) => 20 * i);
  const bytes = buildPng({ ...parts, before: [...(parts.before ?? []), ['tRNS', alphas]] });
  assert.is((await read(bytes)).channels, 4);
  assert.equal(expanded(await read(bytes)), await expandedBySharp(bytes, 8));
  const short = buildPng({ ...parts, before: [['PLTE', Uint8Array.of(9, 8, 7)]] });
  const { raster, notes } = await readPng(short);
  assert.equal([...raster.data.subarray(0, 6)], [9, 8, 7, 0, 0, 0]);
  assert.equal(expanded(raster), await expandedBySharp(short, 8));
  const others = storedRows(parts).reduce(
    (sum, byte, i) => (i % 11 === 0 ? sum : sum + Number(byte > 15) + Number(byte % 16 > 0)),
    0,
  );
  assert.match(
    notes[0]?.text ?? '',
    new RegExp(`^${others} pixels of colours that the palette lacks: black`),
  );
});

test('pixel data cut into many IDAT chunks, some of them empty', async () => {
  const parts = partsOf(2, 8);
  const data = deflateSync(storedRows(parts));
  const cut = [...data].map((byte) => chunk('IDAT', Uint8Array.of(byte)));
  const bytes = pngOf(parts, chunk('IDAT', new Uint8Array(0)), ...cut, chunk('IDAT', new Uint8Array(0)), END);
  const { raster, notes } = await readPng(bytes);
  assert.equal([...raster.data], [...(await read(buildPng(parts))).data]);
  assert.equal(notes, []);
});

test('every truncation is refused', async () => {
  for (const interlaced of [false, true]) {
    const bytes = buildPng({ ...partsOf(3, 8, 5, 4), interlaced });
    for (let length = 0; length < bytes.length; length++) await refusal(bytes.subarray(0, length));
  }
});

test('a flipped bit anywhere is refused, or its chunk left out with a note where pictures can do without', async () => {
  const parts = partsOf(0, 4, 7, 5);
  const bytes = buildPng({ ...parts, before: [['tEXt', Buffer.from('a\0b')]] });
  const text = bytes.indexOf('tEXt') - 4;
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = Uint8Array.from(bytes);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const isInText = bit >= 8 * (text + 4) && bit < 8 * (text + 15);
    if (!isInText) await refusal(flipped);
    else {
      const found = await readPng(flipped).catch((error: LoecError) => error);
      const said = found instanceof LoecError ? found.message : (found.notes[0]?.text ?? '');
      assert.match(said, /CRC does not match|not of four letters/);
    }
  }
});

test('the message names the file, the chunk and its offset', async () => {
  const bytes = buildPng(partsOf(3, 8));
  const offset = bytes.indexOf('PLTE') - 4;
  bytes[offset + 9] = (bytes[offset + 9] ?? 0) ^ 1;
  assert.match(
    await refusal(bytes),
    new RegExp(`^a.png: .*chunk "PLTE" at offset ${offset} .*CRC does not match`),
  );
});

test('what a terminal obeys is shown as escapes', async () => {
  for (const type of ['\x1b[2J', '\x9b31m', 'a"b\\', '\n\r\x07 ']) {
    const bytes = pngOf(partsOf(0, 8), chunk(type, new Uint8Array(0)), END);
    const message = await refusal(bytes);
    assert.match(message, /not of four letters/);
    assert.not.match(message, /[^ -~]/);
  }
});

test('limits are checked before the work and named', async () => {
  const bytes = buildPng(partsOf(0, 8));
  const large = pngOf(
    partsOf(0, 8, 5000, 5000),
    chunk('IDAT', deflateSync(new Uint8Array(5001 * 5000))),
    END,
  );
  const refused = (limits: ReadPngOptions['limits'], file = bytes) =>
    refusal(file, 'E_LIMIT', { limits: limits ?? {} });
  assert.match(await refused({ pixels: 265 }), /19x14 pixels; the limit `pixels` is 265/);
  assert.match(await refused({ bytes: 60 }), /bytes; the limit `bytes` is 60/);
  assert.match(await refused({ memory: 2 ** 24 }, large), /the limit `memory`/);
  assert.match(await refused({ seconds: 0 }, large), /the limit `seconds`/);
  assert.is((await readPng(bytes, { limits: { pixels: 266, bytes: bytes.length } })).raster.width, 19);
});

test('what is no option, no limit and no file is refused before anything is read', async () => {
  const bytes = buildPng(partsOf(0, 8));
  const refused = (options: unknown) => refusal(bytes, 'E_USAGE', options as ReadPngOptions);
  assert.match(await refused({ meta: true }), /no option "meta"/);
  assert.match(await refused({ metadata: 'all' }), /for metadata/);
  assert.match(await refused({ orient: 1 }), /for orient/);
  assert.match(await refused({ signal: {} }), /for signal/);
  assert.match(await refused({ limits: { pixels: Number.NaN } }), /limits.pixels/);
  assert.match(await refused({ limits: { pixels: undefined } }), /limits.pixels/);
  assert.match(await refusal('a.png' as unknown as Uint8Array, 'E_USAGE'), /for the file/);
  const { buffer } = Uint8Array.from(bytes);
  assert.equal((await readPng(buffer)).raster, await read(bytes));
});

test('memory and time are in proportion to what a file holds', async () => {
  const before = process.memoryUsage().rss;
  const bomb = deflateSync(new Uint8Array(2 ** 27));
  for (const interlaced of [false, true]) {
    const { notes } = await readPng(pngOf({ ...partsOf(0, 8, 4, 4), interlaced }, chunk('IDAT', bomb), END));
    assert.match(notes[0]?.text ?? '', /more than 1048576 surplus bytes of pixel data/);
  }
  const limits = { pixels: 2 ** 52, memory: 2 ** 52 };
  for (const [width, height] of [
    [2 ** 31 - 1, 1],
    [1, 2 ** 31 - 1],
    [2 ** 26, 2 ** 26],
  ] as const) {
    for (const interlaced of [false, true]) {
      const bytes = pngOf(
        { ...partsOf(6, 16, width, height), interlaced },
        chunk('IDAT', deflateSync(new Uint8Array(99))),
        END,
      );
      assert.match(await refusal(bytes, 'E_INPUT', { limits }), /pixels are missing/);
      if (height !== 1 || width > 2 ** 27) await refusal(bytes, 'E_LIMIT');
    }
  }
  assert.ok(process.memoryUsage().rss - before < 2 ** 26);
});

test('any number of chunks, and long ones', async () => {
  const parts = partsOf(0, 8);
  const idat = chunk('IDAT', deflateSync(storedRows(parts)));
  const many = Buffer.concat(Array<Buffer>(100_000).fill(chunk('juNk', new Uint8Array(0))));
  assert.equal((await readPng(pngOf(parts, many, idat, END))).notes, []);
  const texts = Buffer.concat(Array<Buffer>(1000).fill(chunk('tEXt', Buffer.from('a\0b'))));
  const long = chunk('iTXt', Buffer.concat([Buffer.from('a\0\0\0\0\0'), new Uint8Array(2 ** 23)]));
  const file = pngOf(parts, texts, idat, long, END);
  assert.is((await readPng(file, { metadata: true })).raster.metadata.length, 1001);
  assert.equal((await readPng(file)).dropped, ['tEXt', 'iTXt']);
  const ofCopies = (count: number) =>
    pngOf(parts, Buffer.concat(Array<Buffer>(count).fill(chunk('sRGB', Uint8Array.of(0)))), idat, END);
  assert.match((await readPng(ofCopies(9))).notes[0]?.text ?? '', /the first one counts, and 7 more like it/);
  const claims = Buffer.from(pngOf(parts, idat, END));
  claims.writeUInt32BE(2 ** 32 - 1, 33);
  assert.match(await refusal(claims), /"IDAT" at offset 33 has 4294967295 bytes/);
});

/** A signal that is aborted once it has been asked so many times. @returns how often it was asked, too */
function signalAfter(most: number): { signal: AbortSignal; asked: () => number } {
  let asked = 0;
  const signal = {
    get aborted() {
      return ++asked > most;
    },
  };
  return { signal: signal as AbortSignal, asked: () => asked };
}

test('an abort is heard while chunks are checked and while pixels are inflated', async () => {
  const rows = deflateSync(new Uint8Array(8001 * 8000), { level: 1 });
  const skipped = chunk('juNk', new Uint8Array(2 ** 26));
  const file = pngOf(partsOf(0, 8, 8000, 8000), skipped, chunk('IDAT', rows), END);
  const { signal, asked } = signalAfter(Number.POSITIVE_INFINITY);
  await readPng(file, { signal });
  // One question in each 64 kB of pixels, and a few before.
  assert.ok(asked() > 900, String(asked()));
  for (const questions of [1, 2, 500, asked() >> 1]) {
    const error = await readPng(file, { signal: signalAfter(questions).signal }).catch((thrown) => thrown);
    assert.is(error.code, 'E_ABORTED');
  }
});

test('what is written is read again, of any size', async () => {
  for (const [width, height] of [
    [1, 3000],
    [3000, 1],
    [257, 129],
  ] as const) {
    const raster = noiseRaster(width, height, 3, 16);
    const pieces: Uint8Array[] = [];
    for await (const piece of writePng(raster)) pieces.push(piece);
    assert.equal(await read(Buffer.concat(pieces)), raster);
  }
  assert.match(await refusal(Buffer.concat([SIGNATURE, headerChunk(partsOf(0, 8)), END])), /no IDAT/);
});

test.run();
