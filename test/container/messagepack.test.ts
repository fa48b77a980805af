/** @file The reader and the writer of MessagePack against a writer of everybody's. */

import fc from 'fast-check';
import { Packr } from 'msgpackr/pack';
import { type Packable, readMessagePack } from '../../src/container/messagepack.ts';
import { writeMessagePack } from '../../src/container/write-messagepack.ts';
import { LoecError } from '../../src/errors.ts';
import { assert, suite } from '../harness.ts';

const test = suite('MessagePack');
const packr = new Packr({ useRecords: false, useFloat32: 0 });
const read = (bytes: readonly number[] | Uint8Array): Packable =>
  readMessagePack(Uint8Array.from(bytes), 'header');

function refuses(bytes: readonly number[] | Uint8Array): void {
  const isDamage = (error: unknown) => error instanceof LoecError && error.code === 'E_FORMAT';
  assert.throws(() => read(bytes), isDamage, JSON.stringify([...bytes.slice(0, 12)]));
}

const scalar = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string({ maxLength: 32, unit: 'grapheme-composite' }).filter((text) => Buffer.byteLength(text) <= 128),
  fc.uint8Array({ maxLength: 70_000 }),
);

test('what msgpackr writes of the allowed types comes back, and is what we write', () => {
  const value = fc.oneof(
    scalar,
    fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 20 })), { maxLength: 40 }),
  );
  fc.assert(
    fc.property(value, (written) => {
      assert.equal(read(packr.pack(written)), written);
      assert.equal(Buffer.from(writeMessagePack(written)), Buffer.from(packr.pack(written)));
    }),
    { seed: 5, numRuns: 300 },
  );
});

test('every width of an integer and both floats are read', () => {
  assert.is(read([0x7f]), 127);
  assert.is(read([0xe0]), -32);
  assert.is(read([0xcc, 200]), 200);
  assert.is(read([0xcd, 1, 2]), 258);
  assert.is(read([0xce, 255, 255, 255, 255]), 2 ** 32 - 1);
  assert.is(read([0xcf, 0, 31, 255, 255, 255, 255, 255, 255]), 2 ** 53 - 1);
  assert.is(read([0xd0, 128]), -128);
  assert.is(read([0xd1, 128, 0]), -32768);
  assert.is(read([0xd2, 128, 0, 0, 0]), -(2 ** 31));
  assert.is(read([0xd3, 255, 255, 255, 255, 255, 255, 255, 254]), -2);
  assert.is(read([0xca, 0x3f, 0xc0, 0, 0]), 1.5);
  assert.is(read([0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]), 1.5);
  assert.equal(read([0xdd, 0, 0, 0, 1, 0xda, 0, 1, 65]), ['A']);
});

test('other types are refused: booleans, maps, extensions, and the one that is none', () => {
  for (const type of [
    0x80, 0x8f, 0xc1, 0xc2, 0xc3, 0xc7, 0xc8, 0xc9, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xde, 0xdf,
  ]) {
    refuses([type, ...new Uint8Array(40)]);
    refuses([0x91, type, ...new Uint8Array(40)]);
  }
});

test('numbers that are not finite or not exact are refused', () => {
  refuses([0xca, 0x7f, 0x80, 0, 0]);
  refuses([0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0]);
  refuses([0xcf, 0, 32, 0, 0, 0, 0, 0, 0]);
  refuses([0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0]);
});

test('arrays too deep or too long, strings too long or no UTF-8, and bytes after the value are refused', () => {
  assert.equal(read([0x91, 0x91, 1]), [[1]]);
  refuses([0x91, 0x91, 0x91, 1]);
  refuses([0x91, 0x91, 0x90]);
  refuses([0xdd, 255, 255, 255, 255]);
  refuses([0xdc, 4, 1, ...new Uint8Array(1025)]);
  refuses([0x92, 0xdc, 3, 255, ...new Uint8Array(1023), 0]);
  assert.is((read([0xdc, 4, 0, ...new Uint8Array(1024)]) as unknown[]).length, 1024);
  refuses(packr.pack('x'.repeat(129)));
  refuses([0xa2, 0xc3, 0x28]);
  refuses([1, 2]);
});

test('every value that has no end is refused', () => {
  const whole = packr.pack([1e9, -5, 'name', new Uint8Array(300), 1.1, [null, 70_000, 2 ** 40]]);
  for (let length = 0; length < whole.length; length++) refuses(whole.subarray(0, length));
});

test.run();
