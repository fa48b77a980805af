/** @file λ: what a quality means, and how it follows a size or a PSNR. */

import type { PyramidLoss } from '../../../src/engine/pyramid.ts';
import type { FileTarget } from '../../../src/fit/file-target.ts';
import { FIT_ELASTICITY } from '../../../src/fit/pyramid/calibration/by-tune.ts';
import { type Goal, goalOf, LAMBDA_RANGE, lambdaFactor } from '../../../src/fit/pyramid/goal.ts';
import { initialLambda } from '../../../src/fit/pyramid/initial-lambda.ts';
import { LambdaControl } from '../../../src/fit/pyramid/lambda-control.ts';
import { afterTrials, expectedOverhead, lossAtEnd, overheadOf } from '../../../src/fit/pyramid/overhead.ts';
import { trainedPartOf } from '../../../src/fit/pyramid/trained-part.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('the target of a pyramid fit');
const PIXELS = 768 * 512;
const NO_OVERHEAD = { bits: 0, distortion: 1 };
const ELASTICITY = FIT_ELASTICITY.psnr;

/** A picture whose rate and distortion are powers of λ, as real ones nearly are. */
const powerLaw =
  (rateExponent: number, distortionExponent: number) =>
  (lambda: number): PyramidLoss => ({
    bits: 0.9 * PIXELS * (lambda / 1e-3) ** -rateExponent,
    distortion: 4e-4 * (lambda / 1e-3) ** distortionExponent,
  });

const TARGETS: readonly FileTarget[] = [
  { kind: 'bytes', bytes: 9000 },
  { kind: 'bytes', bytes: 120_000 },
  { kind: 'psnr', score: 29, gain: 0 },
  { kind: 'psnr', score: 58, gain: 20 },
];

/** How far a loss is from the target, as a factor. */
function distance(target: FileTarget, { bits, distortion }: PyramidLoss): number {
  if (target.kind === 'bytes') return bits / 8 / target.bytes;
  return 10 ** (((target.kind === 'psnr' ? target.gain : 0) - target.score) / 10) / distortion;
}

/** Of targets that need no picture to say what they mean. */
function goalFor(target: FileTarget): Goal {
  return goalOf(target, 'psnr', { distortion: 1 });
}

/** A fit of a picture: its latents take in λ slowly, and what it will end at comes down with the steps. */
class Fit {
  #log: number;
  readonly #answer: (lambda: number) => PyramidLoss;

  constructor(answer: (lambda: number) => PyramidLoss, lambda: number) {
    this.#answer = answer;
    this.#log = Math.log(lambda);
  }

  loss(done: number): PyramidLoss {
    const { bits, distortion } = this.#answer(Math.exp(this.#log));
    const fall = 1 + (1 - done) ** 2;
    return { bits: bits * fall, distortion: distortion * fall };
  }

  step(lambda: number): void {
    this.#log += (Math.log(lambda) - this.#log) / 40;
  }
}

test('λ leads fits that answer more and less than expected to their target', () => {
  for (const answer of [powerLaw(0.45, 0.55), powerLaw(0.55, 0.7), powerLaw(0.75, 0.9)]) {
    for (const target of TARGETS) {
      const steps = 400;
      const first = 1.5 * initialLambda(target, { at: answer }, PIXELS, 'small', 'psnr');
      const control = new LambdaControl(first, steps, 'psnr');
      const fit = new Fit(answer, first);
      for (let i = 0; i < steps; i++) {
        if (control.isDue(i)) control.update(goalFor(target), fit.loss(i / steps), NO_OVERHEAD, i);
        fit.step(control.lambda);
      }
      const seen = fit.loss(1);
      const left = afterTrials(control.lambda, steps);
      const end = { bits: seen.bits * left.bits, distortion: seen.distortion * left.distortion };
      assert.ok(Math.abs(Math.log(distance(target, end))) < 0.06, JSON.stringify(target));
    }
  }
});

test('trials of latents save the more, the shorter a fit', () => {
  for (const lambda of [1e-5, 5e-4, 6e-3, 0.1]) {
    const [short, long] = [afterTrials(lambda, 140), afterTrials(lambda, 5000)];
    assert.ok(0.9 <= short.bits && short.bits < long.bits && long.bits < 1);
    assert.ok(0.94 <= short.distortion && short.distortion < long.distortion && long.distortion <= 1);
  }
});

test('what is seen of a fit falls to its end, by the visual distortion less than by squared error', () => {
  const loss = { bits: 1e5, distortion: 1e-3 };
  for (const tune of ['visual', 'psnr'] as const) {
    const { bits, distortion } = afterTrials(1e-3, 140);
    assert.equal(lossAtEnd(loss, 1, 1e-3, 140, tune), { bits: 1e5 * bits, distortion: 1e-3 * distortion });
  }
  for (const done of [0.3, 0.5]) {
    const [visual, psnr] = [
      lossAtEnd(loss, done, 1e-3, 140, 'visual'),
      lossAtEnd(loss, done, 1e-3, 140, 'psnr'),
    ];
    assert.ok(psnr.bits < visual.bits && visual.bits < loss.bits);
    assert.ok(psnr.distortion < visual.distortion && visual.distortion < loss.distortion);
  }
});

test('the first λ is where forecast and overhead meet the target', () => {
  const answer = powerLaw(0.5, 0.6);
  for (const target of TARGETS) {
    const lambda = initialLambda(target, { at: answer }, PIXELS, 'small', 'psnr');
    const { bits, distortion } = answer(lambda);
    const overhead = expectedOverhead(lambda, PIXELS, 'small', trainedPartOf(bits, PIXELS), 'psnr');
    const file = { bits: bits + overhead.bits, distortion: distortion * overhead.distortion };
    assert.ok(Math.abs(Math.log(distance(target, file))) < 1e-4, JSON.stringify(target));
  }
});

test('an overhead is what a file has over training, within reason where nothing is lost', () => {
  assert.equal(overheadOf({ bits: 9000, distortion: 6e-4 }, { bits: 5000, distortion: 5e-4 }), {
    bits: 4000,
    distortion: 6e-4 / 5e-4,
  });
  assert.is(overheadOf({ bits: 1, distortion: 1 }, { bits: 0, distortion: 0 }).distortion, 10);
});

test('a few corrections reach the target', () => {
  for (const answer of [powerLaw(0.45, 0.55), powerLaw(0.75, 0.9)]) {
    for (const target of TARGETS) {
      let lambda = initialLambda(target, { at: powerLaw(0.55, 0.7) }, PIXELS, 'small', 'psnr');
      for (let i = 0; i < 6; i++) lambda *= lambdaFactor(goalFor(target), answer(lambda), ELASTICITY);
      assert.ok(Math.abs(Math.log(distance(target, answer(lambda)))) < 0.02, JSON.stringify(target));
    }
  }
});

test('λ keeps within its range where the target is out of reach', () => {
  const coarser = new LambdaControl(0.5, 1000, 'psnr');
  const bits: Goal = { part: 'bits', value: 8 };
  for (let i = 0; i < 1000; i++) coarser.update(bits, { bits: 1e6, distortion: 1e-3 }, NO_OVERHEAD, i);
  assert.is(coarser.lambda, LAMBDA_RANGE.max);
  const finer = new LambdaControl(1e-6, 1000, 'psnr');
  const distortion: Goal = { part: 'distortion', value: 1e-20 };
  for (let i = 0; i < 1000; i++) finer.update(distortion, { bits: 1e6, distortion: 0 }, NO_OVERHEAD, i);
  assert.ok(finer.lambda >= LAMBDA_RANGE.min && Number.isFinite(finer.lambda));
});

test.run();
