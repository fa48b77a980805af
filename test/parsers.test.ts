/** @file Values on the command line: what is read, what is refused and how. */

import fc from 'fast-check';
import { LoecError } from '../src/errors.ts';
import { byteCount, cropRectangle, integer, limitList, number, oneOf, parseValue } from '../src/parsers.ts';
import { assert, suite } from './harness.ts';

const test = suite('parsers');

const NOT_NUMBERS = ['', ' ', 'abc', '1x', '0x10', '1,5', '--', 'NaN', 'Infinity', '1e', '.', '1 2', '１'];

test('every finite number in the range is read as JavaScript prints it', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (value) => {
      assert.is(number(-1e9, 1e9).parse(String(value)), value === 0 ? 0 : value);
    }),
    { seed: 1 },
  );
});

test('what is no number, and what is out of range, is refused', () => {
  for (const text of NOT_NUMBERS) assert.is(number(-1e9, 1e9).parse(text), undefined, text);
  assert.is(number(0, 100).parse('0'), 0);
  assert.is(number(0, 100).parse('100'), 100);
  assert.is(number(0, 100).parse('100.0001'), undefined);
  assert.is(number(0, 100).parse('-1e-9'), undefined);
});

test('integers have no fraction', () => {
  assert.is(integer(1, 9).parse('9'), 9);
  for (const text of ['0', '10', '1.5', '1e1', ...NOT_NUMBERS]) {
    assert.is(integer(1, 9).parse(text), undefined, text);
  }
});

test('bytes have decimal suffixes', () => {
  const known = { '20000': 20000, '20k': 20000, '1.5M': 1_500_000, '.5k': 500, '20kB': 20000, '7B': 7 };
  for (const [text, bytes] of Object.entries(known)) assert.is(byteCount.parse(text), bytes, text);
  for (const text of ['0', '-5', '20K', '20 k', '1G', 'k', '1e3', '']) {
    assert.is(byteCount.parse(text), undefined, text);
  }
});

test('limits have names, numbers and decimal suffixes', () => {
  assert.equal(limitList.parse('pixels=4e6'), { pixels: 4e6 });
  assert.equal(limitList.parse('bytes=20M,memory=1.5G,seconds=2,megaMultiplyAdds=.5k'), {
    bytes: 2e7,
    memory: 1.5e9,
    seconds: 2,
    megaMultiplyAdds: 500,
  });
  for (const text of [
    '',
    'pixels',
    'pixels=',
    'pixels=-1',
    'pixels=NaN',
    'pixels=1e999',
    'toString=1',
    'Pixels=1',
  ]) {
    assert.is(limitList.parse(text), undefined, text);
  }
  assert.is(limitList.parse('pixels=1,pixels=2'), undefined);
  assert.is(limitList.parse('pixels=1,'), undefined);
});

test('a crop is four integers that are not negative', () => {
  assert.equal(cropRectangle.parse('0,1,2,3'), { x: 0, y: 1, width: 2, height: 3 });
  for (const text of ['0,1,2', '0,1,2,3,4', '0,1,2,-3', '0,1,2,3.5', '0,,2,3', 'a,b,c,d', '']) {
    assert.is(cropRectangle.parse(text), undefined, text);
  }
});

test('an error names the option, the rule and what was given', () => {
  const given = [
    () => parseValue('--quality', 'abc', number(0, 100)),
    () => parseValue('--preset', 'lo', oneOf(['loe', 'siren'])),
  ];
  const messages = given.map((read) => {
    try {
      read();
    } catch (error) {
      assert.instance(error, LoecError);
      return (error as LoecError).message;
    }
    return assert.unreachable('it was accepted');
  });
  assert.match(messages[0] as string, /a number from 0 to 100 for --quality, received abc/);
  assert.match(messages[1] as string, /one of loe, siren for --preset, received lo/);
});

test.run();
