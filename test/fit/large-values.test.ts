/** @file Values of checkpoints as bytes, also of those that somebody has made up. */

import { packValue, unpackValue } from '../../src/fit/journal/large-values.ts';
import { assert, suite } from '../harness.ts';

const test = suite('values with large arrays');

test('values come back, also those that JSON has not', () => {
  const value = {
    arrays: [Float64Array.of(0.1, -0), Uint8Array.of(1, 2, 3), Int16Array.of(-5)],
    numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e-300],
    nothing: undefined,
    none: null,
  };
  assert.equal(unpackValue(packValue(value, 16), 16), value);
});

/** A value of which a part of the structure is another of the same length, its bytes in the midst of others. */
function changed(from: string, to: string): unknown {
  const packed = packValue([new Uint8Array(10), undefined], 0);
  const text = new TextDecoder('latin1').decode(packed).replace(from, to);
  const room = new Uint8Array(packed.length + 128);
  room.set(
    Array.from(text, (letter) => letter.charCodeAt(0)),
    64,
  );
  return unpackValue(room.subarray(64, 64 + packed.length), 0);
}

test('one that was made up has no memory but its own, and nothing of prototypes', () => {
  assert.equal(changed('', ''), [new Uint8Array(10), undefined]);
  for (const array of ['[0,50,0]', '[0,9,16]', '[0,1,-8]', '[9,10,0]']) {
    assert.throws(() => changed('[0,10,0]', array), /./, array);
  }
  assert.equal(changed('undefined', '__proto__'), [new Uint8Array(10), undefined]);
});

test.run();
