/** @file DEFLATE streams of zlib come out at the length that is said, or not at all. */

import { constants, deflateRawSync } from 'node:zlib';
import { inflate } from '../src/inflate/inflate.ts';
import { assert, suite } from './harness.ts';

const test = suite('inflate');

const RAW = Uint8Array.from({ length: 3000 }, (_, i) => (i % 1000 < 700 ? (i >> 3) & 255 : (i * i) % 251));

test('what comes out is what went in, with a dictionary too', () => {
  for (const length of [0, 1, 300, RAW.length]) {
    const raw = RAW.subarray(0, length);
    assert.equal(inflate(deflateRawSync(raw), length), Uint8Array.from(raw));
    const dictionary = RAW.subarray(500, 2000);
    assert.equal(inflate(deflateRawSync(raw, { dictionary }), length, dictionary), Uint8Array.from(raw));
  }
});

test('blocks of all kinds, and all lengths and distances', () => {
  const raw = Uint8Array.from({ length: 90_000 }, (_, i) => {
    const distance = 1 + ((i * i) % 32_768);
    return i < 33_000 ? (i * i * 7) >> 5 : i % 600 < 300 ? 65 : (i - distance) & 255;
  });
  const { Z_FIXED, Z_HUFFMAN_ONLY, Z_DEFAULT_STRATEGY } = constants;
  for (const level of [0, 1, 9])
    for (const strategy of [Z_FIXED, Z_HUFFMAN_ONLY, Z_DEFAULT_STRATEGY])
      assert.equal(inflate(deflateRawSync(raw, { level, strategy }), raw.length), raw);
});

test('a stream with a fault gives something of that length, or an error', () => {
  const stream = deflateRawSync(RAW);
  let refused = 0;
  for (let bit = 0; bit < 8 * stream.length; bit++) {
    const faulty = Uint8Array.from(stream, (byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    try {
      assert.is(inflate(faulty, RAW.length).length, RAW.length);
    } catch (error) {
      assert.ok(error instanceof Error && /^it (inflates|ends|is no)/.test(error.message), String(error));
      refused++;
    }
  }
  assert.ok(refused > stream.length);
});

test('another length, and an end that is missing, are refused', () => {
  const stream = deflateRawSync(RAW);
  for (const length of [0, RAW.length - 1, RAW.length + 1]) assert.throws(() => inflate(stream, length));
  assert.throws(() => inflate(stream.subarray(0, -2), RAW.length));
});

test.run();
