/** @file Progress of an encode in expected steps. */

import type { EncodeProgress } from '../../src/fit/progress.ts';
import { ProgressMeter } from '../../src/fit/progress-meter.ts';
import { assert, suite } from '../harness.ts';

const test = suite('progress of a fit');

const { now } = performance;
/** Seconds on the clock that the meter sees. */
let clock = 0;

test.before.each(() => {
  clock = 0;
  performance.now = () => 1000 * clock;
});

test.after.each(() => {
  performance.now = now;
});

/** Reports of a fit whose steps take `seconds` each, after `before` seconds that are not of steps. */
function reportsOf(
  expected: number,
  steps: readonly number[],
  seconds: number,
  before = 0,
): EncodeProgress[] {
  const told: EncodeProgress[] = [];
  const meter = new ProgressMeter(expected, (progress) => told.push(progress));
  clock += before;
  for (const count of steps) {
    clock += seconds * count;
    meter.took('fit', count);
  }
  meter.finish('write');
  return told;
}

test('is not done, and tells no time left, while steps go on that were not expected', () => {
  const told = reportsOf(100, [25, 25, 50, 50], 1);
  assert.equal(
    told.map(({ done }) => done),
    [0.25, 0.5, 0.99, 0.99, 1],
  );
  assert.equal(
    told.map(({ secondsLeft }) => secondsLeft !== undefined),
    [false, true, false, false, false],
  );
});

test('the time left follows from the speed of steps, not from what was before the first of them', () => {
  const told = reportsOf(100, [1, 1, 1, 7, 20], 0.4, 60);
  assert.equal(
    told.map(({ secondsLeft }) => secondsLeft && Math.round(10 * secondsLeft) / 10),
    [undefined, undefined, undefined, 36, 28, undefined],
  );
});

test.run();
