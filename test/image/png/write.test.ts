import { constants, deflateSync, inflateSync } from 'node:zlib';
import { type ColorType, PNG } from 'pngjs';
import { LoecError } from '../../../src/errors.ts';
import { chunkAt } from '../../../src/image/png/chunks.ts';
import { readPng } from '../../../src/image/png/read.ts';
import { writePng } from '../../../src/image/png/write.ts';
import type { ChannelCount, Raster } from '../../../src/image/raster.ts';
import { assert, suite } from '../../harness.ts';
import { noiseRaster, rasterOf } from '../rasters.ts';
import { expanded, expandedBySharp } from './by-sharp.ts';

const test = suite('png write');

/** The rows in groups of the given heights, the last one repeated. */
async function* bandsOf({ data, width, height, channels }: Raster, heights: readonly number[]) {
  let [row, k] = [0, 0];
  while (row < height) {
    const next = Math.min(height, row + (heights[Math.min(k++, heights.length - 1)] ?? 1));
    yield data.slice(row * width * channels, next * width * channels);
    row = next;
  }
}

async function written(raster: Raster, heights: readonly number[]): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writePng({ ...raster, bands: bandsOf(raster, heights) })) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The filtered rows of a file. */
function filteredRows(file: Uint8Array): number[] {
  const pieces: Uint8Array[] = [];
  for (let offset = 8; offset < file.length; ) {
    const { type, data, end } = chunkAt(file, offset);
    if (type === 'IDAT') pieces.push(data);
    offset = end;
  }
  return [...inflateSync(Buffer.concat(pieces))];
}

/** The same picture by pngjs, all rows by Paeth's filter. */
function writtenByPngjs({ width, height, channels, depth, data }: Raster): Buffer {
  const colorType = [0, 4, 2, 6][channels - 1] as ColorType;
  const png = new PNG({ width, height });
  png.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return PNG.sync.write(png, {
    colorType,
    inputColorType: colorType,
    inputHasAlpha: channels % 2 === 0,
    bitDepth: depth,
    filterType: 4,
  });
}

for (const channels of [1, 2, 3, 4] as const satisfies readonly ChannelCount[]) {
  for (const depth of [8, 16] as const) {
    test(`${channels} channels of ${depth} bits, in bands, as libpng reads them and pngjs filters them`, async () => {
      const raster = noiseRaster(23, 17, channels, depth);
      for (const heights of [[17], [1], [5, 1, 3]]) {
        const file = await written(raster, heights);
        assert.equal(await expandedBySharp(file, depth), expanded(raster));
        const again = (await readPng(file, { metadata: true })).raster;
        assert.equal(again, { ...raster, data: again.data });
        assert.equal([...again.data], [...raster.data]);
        assert.equal(filteredRows(file), filteredRows(writtenByPngjs(raster)));
      }
    });
  }
}

test('the size does not depend on the bands much, and filters make smooth pictures small', async () => {
  const smooth = rasterOf(200, 100, 3, 8, (x, y, c) => (x + 2 * y + 30 * c) / 500);
  const whole = await written(smooth, [100]);
  const striped = await written(smooth, [1]);
  assert.ok(whole.length < smooth.data.length / 20, String(whole.length));
  assert.ok(striped.length < 1.2 * whole.length, `${striped.length} for ${whole.length}`);
});

test('colour and metadata chunks stand before the pixels, unchanged', async () => {
  const colour = [
    { type: 'iCCP', data: Uint8Array.from(Buffer.from('p\0\0abc', 'latin1')) },
    { type: 'gAMA', data: Uint8Array.of(0, 0, 177, 143) },
  ];
  const metadata = [{ type: 'tEXt', data: Uint8Array.from(Buffer.from('Title\0Harbour', 'latin1')) }];
  const file = await written({ ...noiseRaster(3, 2, 1, 8), colour, metadata }, [2]);
  const { raster } = await readPng(file, { metadata: true });
  const plain = (chunks: Raster['colour']): unknown => chunks.map(({ type, data }) => [type, [...data]]);
  assert.equal([plain(raster.colour), plain(raster.metadata)], [plain(colour), plain(metadata)]);
  assert.ok(file.indexOf('iCCP') < file.indexOf('IDAT'));
});

test('an error of the bands reaches the reader', async () => {
  const failing = async function* () {
    yield new Uint8Array(3);
    throw new Error('no more rows');
  };
  const picture = { ...noiseRaster(3, 9, 1, 8), bands: failing() };
  let message = '';
  try {
    for await (const _ of writePng(picture));
  } catch (error) {
    message = (error as Error).message;
  }
  assert.is(message, 'no more rows');
});

test('a tall picture streams: the bands are asked for as the file is taken', async () => {
  const rowsPerBand = 64;
  const random = noiseRaster(256, rowsPerBand, 4, 8).data;
  let taken = 0;
  const bands = async function* () {
    for (; taken < 200; taken++) yield random.slice();
  };
  const picture = { ...noiseRaster(1, 1, 4, 8), width: 256, height: 200 * rowsPerBand, bands: bands() };
  const file = writePng(picture);
  for (let i = 0; i < 5; i++) await file.next();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(taken < 40, `${taken} bands were read ahead`);
  await file.return(undefined);
});

/** The refusal of a picture, before the first byte. */
async function refusal(picture: Raster): Promise<string> {
  try {
    for await (const _ of writePng(picture)) assert.unreachable('something was written');
  } catch (error) {
    assert.instance(error, LoecError);
    assert.is((error as LoecError).code, 'E_USAGE', String(error));
    return (error as LoecError).message;
  }
  return assert.unreachable('nothing was refused') as never;
}

test('nothing but sound chunks of the right kinds is written', async () => {
  const raster = noiseRaster(3, 2, 3, 8);
  const ofBytes = (type: string, ...bytes: number[]) => ({ type, data: Uint8Array.from(bytes) });
  for (const chunk of [
    ofBytes('IDAT'),
    ofBytes('IEND'),
    ofBytes('PLTE', 1, 2, 3),
    ofBytes('tRNS', 0, 0, 0, 0, 0, 0),
    ofBytes('juNK', 1),
    ofBytes('', 1),
    ofBytes('gAMA', 0, 0, 0),
    ofBytes('sBIT', 8, 8),
    ofBytes('sBIT', 8, 8, 9),
    ofBytes('tEXt', 65, 0),
  ]) {
    assert.match(await refusal({ ...raster, colour: [chunk] }), /for colour, received/, chunk.type);
  }
  assert.match(await refusal({ ...raster, metadata: [ofBytes('IDAT')] }), /for metadata, received "IDAT"/);
  assert.match(await refusal({ ...raster, metadata: [ofBytes('gAMA', 0, 0, 177, 143)] }), /for metadata/);
  const sRgb = ofBytes('sRGB', 0);
  assert.match(await refusal({ ...raster, colour: [sRgb, sRgb] }), /each once/);
});

test('a raster that is none is refused by the field that is wrong', async () => {
  const raster = noiseRaster(3, 2, 3, 8);
  assert.match(await refusal({ ...raster, width: 0 }), /for width, received 0/);
  assert.match(await refusal({ ...raster, height: 2.5 }), /for height/);
  assert.match(await refusal({ ...raster, channels: 5 as ChannelCount }), /for channels/);
  assert.match(await refusal({ ...raster, depth: 12 as 8 }), /for depth/);
  assert.match(await refusal({ ...raster, depth: 16 }), /a Uint16Array of 18 samples for data/);
  assert.match(await refusal({ ...raster, height: 3 }), /a Uint8Array of 27 samples for data/);
});

test('a raster is written as its bands are', async () => {
  for (const raster of [noiseRaster(700, 300, 4, 16), noiseRaster(1, 1, 1, 8)]) {
    const pieces: Uint8Array[] = [];
    for await (const piece of writePng(raster)) pieces.push(piece);
    assert.equal(filteredRows(Buffer.concat(pieces)), filteredRows(await written(raster, [64, 1, 100])));
  }
});

test('bands are told when their reader stops', async () => {
  let isEnded = false;
  const bands = async function* () {
    try {
      for (;;) yield new Uint8Array(2 ** 16);
    } finally {
      isEnded = true;
    }
  };
  for await (const piece of writePng({
    ...noiseRaster(1, 1, 1, 8),
    width: 2 ** 16,
    height: 2 ** 20,
    bands: bands(),
  })) {
    if (piece.length > 1000) break;
  }
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(isEnded);
});

/** Bytes that the filtered rows take where all is searched for what has been there before. */
function searchedLength(file: Uint8Array): number {
  return deflateSync(Uint8Array.from(filteredRows(file)), { level: 6, strategy: constants.Z_FILTERED })
    .length;
}

test('what repeats itself is searched for: 32 glyphs of noise, again and again', async () => {
  const glyphs = noiseRaster(16, 16 * 32, 1, 8).data;
  const text = rasterOf(512, 256, 1, 8, (x, y) => {
    const glyph = (7 * (x >> 4) + 3 * (y >> 4) * (x >> 4) + 5 * (y >> 4)) % 32;
    return (glyphs[16 * (16 * glyph + (y & 15)) + (x & 15)] as number) / 255;
  });
  const file = await written(text, [256]);
  assert.ok(file.length < 0.4 * text.data.length);
  assert.ok(file.length < 1.02 * searchedLength(file) + 200, `${file.length}, ${searchedLength(file)}`);
});

test('noise is not searched, and takes hardly more', async () => {
  const file = await written(noiseRaster(512, 256, 1, 8), [256]);
  assert.ok(file.length < 1.01 * searchedLength(file), `${file.length}, ${searchedLength(file)}`);
});

test.run();
