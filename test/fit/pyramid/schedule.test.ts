/** @file The training schedule of a pyramid fit. */

import { COARSE_CORRECTION } from '../../../src/fit/pyramid/calibration/rate-control.ts';
import {
  correctionSchedule,
  headStartSchedule,
  headStartSteps,
  mainSchedule,
  scheduleAfterHeadStart,
  scheduledStep,
} from '../../../src/fit/pyramid/schedule.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('the schedule of a pyramid fit');
const LAMBDA = 0.0015;
const CORRECTION = correctionSchedule(COARSE_CORRECTION);
const MAIN = mainSchedule(1000, true, 0.5, LAMBDA);

test('rounding hardens, noise and rates fall', () => {
  for (const schedule of [
    MAIN,
    mainSchedule(170, true, 0.5, LAMBDA),
    mainSchedule(1000, false, 0.5, LAMBDA),
    CORRECTION,
  ]) {
    const steps = Array.from({ length: 501 }, (_, i) => scheduledStep(schedule, i, 500, 0.001, i));
    for (const [i, step] of steps.slice(1).entries()) {
      const before = steps[i] as (typeof steps)[number];
      assert.ok(step.temperature < before.temperature && step.sigma < before.sigma);
      assert.ok(step.latentRate < before.latentRate && step.latentRate > 0);
    }
    const last = steps[500] as (typeof steps)[number];
    assert.ok(Math.abs(last.temperature - schedule.temperature.to) < 1e-12);
    assert.ok(Math.abs(last.sigma - schedule.sigma.to) < 1e-12);
    assert.ok(Math.abs(last.latentRate / schedule.latentRate - 1e-3) < 1e-9);
  }
});

test('the rate of the weights rises over a part of the steps, slowly at first', () => {
  const rates = Array.from({ length: 1000 }, (_, i) => scheduledStep(MAIN, i, 1000, 0.001, 0).weightRate);
  const top = Math.max(...rates);
  const peak = rates.indexOf(top);
  assert.ok(peak >= 100 && peak <= 300, `${peak}`);
  assert.ok(top > 0.9 * MAIN.weightRate && top <= MAIN.weightRate);
  assert.ok((rates[Math.floor(peak / 2)] as number) < 0.3 * top);
  assert.ok(scheduledStep(MAIN, 50, 100, 0.001, 0).weightRate > 0.4 * MAIN.weightRate);
  assert.is(scheduledStep(CORRECTION, 0, 100, 0.001, 0).weightRate, CORRECTION.weightRate);
});

test('a short fit does not cool as far', () => {
  assert.ok(mainSchedule(170, true, 0.5, LAMBDA).temperature.to > MAIN.temperature.to);
  assert.ok(mainSchedule(170, false, 0.5, LAMBDA).sigma.to > MAIN.sigma.to);
});

test('weights stay near a learned start in very short fits and of easy pictures', () => {
  assert.is(MAIN.weightRate, mainSchedule(1000, false, 0.5, LAMBDA).weightRate);
  assert.ok(mainSchedule(1000, true, 0.1, LAMBDA).weightRate < MAIN.weightRate);
  assert.ok(mainSchedule(140, true, 0.5, LAMBDA).weightRate < MAIN.weightRate);
});

test('weights stay near a learned start where little error is allowed', () => {
  assert.ok(mainSchedule(1000, true, 0.5, LAMBDA / 8).weightRate < MAIN.weightRate);
});

test('a head start takes a part of fits of few bits, and none of the shortest', () => {
  assert.ok(headStartSteps(140, 0.3) >= 10 && headStartSteps(140, 0.3) <= 70);
  assert.ok(headStartSteps(300, 0.3) > headStartSteps(140, 0.3));
  assert.ok(headStartSteps(1200, 0.1) > 0);
  assert.ok(headStartSteps(15_000, 0.1) > headStartSteps(1200, 0.1));
  for (const [steps, bitsPerPixel] of [
    [60, 0.3],
    [140, 2],
    [1200, 0.5],
    [15_000, 0.5],
  ] as const) {
    assert.is(headStartSteps(steps, bitsPerPixel), 0);
  }
});

test('weights come to their rate in a head start and again after it; λ has fallen by its end', () => {
  const ahead = Array.from({ length: 100 }, (_, i) =>
    scheduledStep(headStartSchedule(MAIN, 1000), i, 400, LAMBDA, i),
  );
  const after = Array.from({ length: 200 }, (_, i) =>
    scheduledStep(scheduleAfterHeadStart(MAIN, 1000), i, 200, LAMBDA, i),
  );
  for (const steps of [ahead, after]) {
    const rates = steps.map((step) => step.weightRate);
    assert.ok((rates[0] as number) < 0.01 * Math.max(...rates));
    assert.ok(Math.max(...rates) > 0.3 * MAIN.weightRate);
    assert.is(steps.at(-1)?.lambda, LAMBDA);
  }
  assert.ok((ahead[0]?.lambda as number) > LAMBDA);
  assert.is(after[0]?.lambda, LAMBDA);
});

test('λ falls to what was asked for by a fifth of the time', () => {
  assert.is(scheduledStep(MAIN, 0, 100, 0.001, 0).lambda, 0.001 * MAIN.initialLambda.factor);
  assert.is(scheduledStep(MAIN, 20, 100, 0.001, 0).lambda, 0.001);
  assert.is(scheduledStep(MAIN, 99, 100, 0.001, 0).lambda, 0.001);
});

test('the fewer bits there will be, the larger λ is at first', () => {
  const factorOf = (steps: number, bitsPerPixel: number): number =>
    mainSchedule(steps, true, bitsPerPixel, LAMBDA).initialLambda.factor;
  assert.ok(factorOf(1200, 0.3) > factorOf(1200, 0.6));
  assert.ok(factorOf(5000, 0.1) > factorOf(5000, 0.2));
  // Where no bits are predicted, and where more are than any picture has.
  assert.ok(factorOf(1200, 0) === factorOf(1e6, 1e-9) && Number.isFinite(factorOf(1200, 0)));
  assert.ok(factorOf(100, 50) > 1);
});

test.run();
