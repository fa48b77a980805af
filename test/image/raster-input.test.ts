/** @file Rasters of programs: what is taken as it is meant, and what is refused by the name of its field. */

import { runInNewContext } from 'node:vm';
import { LoecError } from '../../src/errors.ts';
import { checkedRaster, type RasterInput } from '../../src/image/raster-input.ts';
import { assert, suite } from '../harness.ts';

const test = suite('raster input');

const SIZE = { width: 3, height: 2 };
const BYTES = Uint8Array.from({ length: 18 }, (_, i) => 10 * i);
const WORDS = Uint16Array.from({ length: 18 }, (_, i) => 1000 * i);
const CICP = { type: 'cICP', data: Uint8Array.of(1, 13, 0, 1) };

function check(fields: object): ReturnType<typeof checkedRaster> {
  return checkedRaster({ ...SIZE, ...fields } as RasterInput);
}

function refuses(fields: object, message: RegExp, code = 'E_USAGE'): void {
  assert.throws(
    () => check(fields),
    (error: unknown) => {
      assert.ok(error instanceof LoecError, String(error));
      assert.is(error.code, code);
      assert.match(error.message, message);
      assert.ok(error.message.length < 250, error.message);
      return true;
    },
  );
}

test('a raster with all its fields is taken as it is, in the same memory', () => {
  const raster = { ...SIZE, channels: 3, depth: 8, data: BYTES, colour: [CICP], metadata: [] } as const;
  const checked = checkedRaster(raster);
  assert.equal(checked, raster);
  assert.is(checked.data.buffer, BYTES.buffer);
});

test('channels, depth, colour and metadata may be missing', () => {
  const { channels, depth, colour, metadata } = check({ data: BYTES });
  assert.equal({ channels, depth, colour, metadata }, { channels: 3, depth: 8, colour: [], metadata: [] });
  assert.is(check({ data: WORDS }).depth, 16);
  for (const channels of [1, 2, 3, 4]) {
    assert.is(check({ data: new Uint8Array(6 * channels) }).channels, channels);
  }
});

test('arrays and buffers of bytes, and parts of them', () => {
  const padded = new Uint8Array(30);
  padded.set(BYTES, 7);
  for (const data of [
    new Uint8ClampedArray(BYTES),
    Buffer.from(BYTES),
    BYTES.slice().buffer,
    padded.subarray(7, 25),
    new Uint8Array(new SharedArrayBuffer(18)).map((_, i) => 10 * i),
    runInNewContext('Uint8Array.from({ length: 18 }, (_, i) => 10 * i)'),
    runInNewContext('Uint8Array.from({ length: 18 }, (_, i) => 10 * i).buffer'),
  ]) {
    const checked = check({ data });
    assert.is(checked.data.constructor, Uint8Array);
    assert.equal([...checked.data], [...BYTES]);
  }
});

test('an ArrayBuffer holds samples of the depth that is said', () => {
  const { data, depth, channels } = check({ data: WORDS.slice().buffer, depth: 16 });
  assert.equal([depth, channels, data], [16, 3, WORDS]);
  assert.is(check({ width: 6, data: WORDS.slice().buffer }).depth, 8);
});

test('the ImageData of a canvas and raw samples of sharp', () => {
  const canvas = { data: new Uint8ClampedArray(24), colorSpace: 'srgb' };
  assert.is(check(canvas).channels, 4);
  const { data, channels } = check({ data: Buffer.from(BYTES), channels: 3, premultiplied: false, size: 18 });
  assert.equal([channels, data], [3, BYTES]);
});

test('what is no raster is refused by the name of its field', () => {
  for (const raster of [undefined, null, 5, 'x.png']) {
    assert.throws(() => checkedRaster(raster as unknown as RasterInput), /expected an object for raster/);
  }
  refuses({ data: new Float32Array(18) }, /for raster\.data, received Float32Array$/);
  refuses({ data: [...BYTES] }, /for raster\.data, received Array$/);
  refuses({ data: new DataView(BYTES.buffer) }, /for raster\.data, received DataView$/);
  refuses({}, /for raster\.data, received undefined$/);
  refuses({ data: 'pixels' }, /for raster\.data/);
  refuses({ data: BYTES, channels: 5 }, /expected 1, 2, 3 or 4 for raster\.channels, received 5$/);
  refuses({ data: BYTES, channels: '3' }, /raster\.channels/);
  refuses({ data: BYTES, depth: 12 }, /expected 8 or 16 for raster\.depth, received 12$/);
  refuses({ data: BYTES, depth: 16 }, /expected a Uint16Array where raster\.depth is 16 for raster\.data/);
  refuses({ data: WORDS, depth: 8 }, /expected a Uint8Array/);
  for (const width of [0, -3, 2.5, Number.NaN, '3', undefined])
    refuses({ data: BYTES, width }, /raster\.width/);
  refuses({ data: BYTES, height: 2n }, /expected a positive integer for raster\.height, received 2$/);
});

test('too few or too many samples are refused by their number', () => {
  const message = /expected 3 x 2 x 3 samples .* for raster\.data, received 17$/;
  refuses({ data: BYTES.subarray(1), channels: 3 }, message);
  refuses({ data: BYTES.subarray(1) }, /expected 3 x 2 x 1 or 2 or 3 or 4 samples/);
  refuses({ data: new Uint8Array(30) }, /received 30$/);
  refuses({ data: new ArrayBuffer(37), depth: 16 }, /received 18\.5$/);
  refuses({ data: structuredClone(BYTES).slice(0, 0) }, /received 0$/);
});

test('chunks that a file may not hold are refused', () => {
  const data = BYTES;
  refuses({ data, colour: null }, /expected an array of .* for raster\.colour, received null/);
  refuses({ data, colour: 'sRGB' }, /raster\.colour/);
  refuses({ data, colour: [null] }, /raster\.colour/);
  refuses({ data, colour: [{ type: 'sRGB' }] }, /raster\.colour/);
  refuses({ data, colour: [{ type: 'IEND', data: new Uint8Array(0) }] }, /raster\.colour, received "IEND"/);
  refuses({ data, colour: [CICP, CICP] }, /raster\.colour, received "cICP"/);
  refuses({ data, metadata: [CICP] }, /raster\.metadata, received "cICP"/);
});

test('a picture of more pixels than any decoder takes by itself', () => {
  refuses({ data: BYTES, width: 2 ** 20, height: 2 ** 20 }, /pixels/, 'E_LIMIT');
});

test.run();
