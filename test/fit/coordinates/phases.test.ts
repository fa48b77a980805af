/** @file The schedule of a fit: shares, learning rates, warm-up. */

import { ADAM_PHASE, learningRateAt, SCHEDULE, warmth } from '../../../src/fit/coordinates/phases.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('phases of coordinate fits');

test('phases use all steps, and the rate falls from first to last', () => {
  const phases = Object.values(SCHEDULE);
  assert.ok(Math.abs(phases.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-12);
  for (const phase of phases) {
    const rates = Array.from({ length: 101 }, (_, i) => learningRateAt(phase, i, 100));
    assert.is(rates[0], phase.learningRate.from);
    assert.ok(Math.abs((rates[100] as number) - phase.learningRate.to) < 1e-12);
    assert.ok(rates.every((rate, i) => i === 0 || rate <= (rates[i - 1] as number)));
  }
});

test('an optimizer that begins warms up, one that goes on does not', () => {
  const { float, recovery } = SCHEDULE;
  assert.equal(
    [0, 24, 49, 500].map((i) => warmth(float, i, 5000)),
    [0.02, 0.5, 1, 1],
  );
  // In short fits a share of the steps, so that most of them have the whole rate.
  assert.is(warmth(float, 7, 200), 1);
  assert.is(warmth(float, 3, 200), 0.5);
  for (const phase of [recovery, ADAM_PHASE]) assert.is(warmth(phase, 0, 5000), 1);
});

test.run();
