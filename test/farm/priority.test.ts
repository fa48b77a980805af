/** @file The order of jobs: small pictures first, nothing for ever last, numbers that BullMQ takes. */

import { priorityOf } from '../../src/farm/priority.ts';
import { assert, suite } from '../harness.ts';

const test = suite('farm priority');

const HOUR = 3_600_000;
const YEAR = 365.25 * 24 * HOUR;
const START = Date.UTC(2026, 10, 30);

test('numbers are integers of 1 to 2^21 for decades, whatever the size and the wish', () => {
  for (let year = 0; year < 38; year++) {
    for (const bytes of [0, 1, 2 ** 14, 2 ** 20, 2 ** 28, 2 ** 40]) {
      for (const wish of [-3, 0, 3]) {
        const number = priorityOf(bytes, wish, Date.UTC(2026, 0) + year * YEAR);
        assert.ok(Number.isInteger(number) && number >= 1 && number <= 2 ** 21, `${number}`);
      }
    }
  }
});

test('each doubling of a picture waits an hour, and a step of the wish is a day', () => {
  const small = priorityOf(2 ** 14, 0, START);
  assert.is(priorityOf(2 ** 14 - 1, 0, START), small);
  assert.is(priorityOf(2 ** 15, 0, START), priorityOf(2 ** 14, 0, START + HOUR));
  assert.is(priorityOf(2 ** 17, 0, START), priorityOf(2 ** 14, 0, START + 3 * HOUR));
  assert.is(priorityOf(2 ** 14, 1, START + 24 * HOUR), small);
  assert.is(priorityOf(2 ** 14, -2, START - 48 * HOUR), small);
});

test('the largest picture is not passed by small ones that come a day later', () => {
  const large = priorityOf(2 ** 40, 0, START);
  assert.ok(priorityOf(1, 0, START + 14 * HOUR) < large);
  assert.ok(priorityOf(1, 0, START + 24 * HOUR) > large);
});

test.run();
