/** @file DEFLATE streams of zlib come out at the length that is said, or not at all. */

import { deflateRawSync } from 'node:zlib';
import { inflate } from '../src/inflate.ts';
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

test('another length, and an end that is missing, are refused', () => {
  const stream = deflateRawSync(RAW);
  for (const length of [0, RAW.length - 1, RAW.length + 1]) assert.throws(() => inflate(stream, length));
  assert.throws(() => inflate(stream.subarray(0, -2), RAW.length));
});

test.run();
