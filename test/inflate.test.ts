/** @file DEFLATE streams of zlib are read, and nothing else. */

import { constants, deflateRawSync, type ZlibOptions } from 'node:zlib';
import { seededRandom } from '../src/field/random.ts';
import { inflate } from '../src/inflate.ts';
import { assert, suite } from './harness.ts';

const test = suite('inflate');

const random = seededRandom(1);
const below = (end: number): number => Math.floor(random() * end);
/** Runs that come again, at all distances, among bytes at random. */
const RAW = Uint8Array.from({ length: 50_000 }, (_, i) => (i % 1000 < 700 ? (i >> 3) & 255 : below(200)));

const STREAMS: Readonly<Record<string, ZlibOptions>> = {
  stored: { level: 0 },
  'fixed codes': { strategy: constants.Z_FIXED },
  'codes of their own': { level: 9 },
  'literals alone': { strategy: constants.Z_HUFFMAN_ONLY },
  'many blocks': { memLevel: 1 },
};

for (const [name, options] of Object.entries(STREAMS)) {
  test(`${name}: what comes out is what went in, with a dictionary too`, () => {
    for (const length of [0, 1, 300, RAW.length]) {
      const raw = RAW.subarray(0, length);
      assert.equal(inflate(deflateRawSync(raw, options), length), Uint8Array.from(raw));
      const dictionary = RAW.subarray(500, 2000);
      const after = deflateRawSync(raw, { ...options, dictionary });
      assert.equal(inflate(after, length, dictionary), Uint8Array.from(raw));
    }
  });

  test(`${name}: another length, and an end that is missing, are refused`, () => {
    const stream = deflateRawSync(RAW, options);
    for (const length of [0, RAW.length - 1, RAW.length + 1])
      assert.throws(() => inflate(stream, length), /no DEFLATE stream/);
    assert.throws(() => inflate(stream.subarray(0, -2), RAW.length), /no DEFLATE stream/);
  });

  test(`${name}: damage gives other bytes or is refused`, () => {
    const stream = deflateRawSync(RAW.subarray(0, 2000), options);
    for (let i = 0; i < 300; i++) {
      const damaged = Uint8Array.from(stream);
      damaged[below(damaged.length)] = below(256);
      try {
        assert.is(inflate(damaged, 2000).length, 2000);
      } catch (error) {
        assert.match((error as Error).message, /no DEFLATE stream/);
      }
    }
  });
}

test('a distance beyond the dictionary is refused', () => {
  const dictionary = RAW.subarray(0, 1000);
  const stream = deflateRawSync(dictionary, { dictionary });
  assert.throws(() => inflate(stream, 1000), /no DEFLATE stream/);
});

test.run();
