/** @file Progress of an encode in expected steps. */

import { type EncodeProgress, ProgressMeter } from '../../src/fit/progress.ts';
import { assert, suite } from '../harness.ts';

const test = suite('progress of a fit');

test('is not done, and tells no time left, while steps go on that were not expected', () => {
  const told: EncodeProgress[] = [];
  const meter = new ProgressMeter(100, (progress) => told.push(progress));
  for (const steps of [50, 50, 50]) meter.took('fit', steps, null);
  meter.finish('write');
  assert.equal(
    told.map(({ done }) => done),
    [0.5, 0.99, 0.99, 1],
  );
  assert.equal(
    told.map(({ secondsLeft }) => secondsLeft !== undefined),
    [true, false, false, false],
  );
});

test.run();
