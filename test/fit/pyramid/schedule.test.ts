/** @file The course of a pyramid fit. */

import { CORRECTION, MAIN, stepOfStretch } from '../../../src/fit/pyramid/schedule.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('the schedule of a pyramid fit');

test('rounding hardens, noise and rates fall, to the ends that a correction goes on from', () => {
  for (const stretch of [MAIN, CORRECTION]) {
    const steps = Array.from({ length: 501 }, (_, i) => stepOfStretch(stretch, i, 500, 0.001, i));
    for (const [i, step] of steps.slice(1).entries()) {
      const before = steps[i] as (typeof steps)[number];
      assert.ok(step.temperature < before.temperature && step.sigma < before.sigma);
      assert.ok(step.latentRate < before.latentRate && step.latentRate > 0);
    }
    const last = steps[500] as (typeof steps)[number];
    assert.ok(Math.abs(last.temperature - 0.08) < 1e-12 && Math.abs(last.sigma - 0.15) < 1e-12);
    assert.ok(Math.abs(last.latentRate / stretch.latentRate - 1e-3) < 1e-9);
  }
});

test('the rate of the weights rises over the first 50 steps, or a tenth of a short fit', () => {
  const rate = (i: number, of: number): number => stepOfStretch(MAIN, i, of, 0.001, 0).weightRate;
  assert.ok(Math.abs(rate(0, 5000) * 51 - MAIN.weightRate) < 1e-4);
  assert.ok(rate(49, 5000) > 0.97 * MAIN.weightRate);
  assert.ok(rate(10, 100) > 0.97 * MAIN.weightRate * Math.cos((Math.PI / 2) * 0.1) ** 2);
  assert.is(stepOfStretch(CORRECTION, 0, 100, 0.001, 0).weightRate, CORRECTION.weightRate);
});

test.run();
