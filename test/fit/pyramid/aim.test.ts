/** @file λ: what a quality means, and how it follows a size or a PSNR. */

import type { PyramidLoss } from '../../../src/engine/pyramid.ts';
import {
  type Aim,
  correction,
  firstLambda,
  LAMBDA_RANGE,
  LambdaControl,
} from '../../../src/fit/pyramid/aim.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('the aim of a pyramid fit');
const PIXELS = 768 * 512;

/** A picture whose rate and distortion are powers of λ, as real ones nearly are. */
const powerLaw =
  (rateExponent: number, distortionExponent: number) =>
  (lambda: number): PyramidLoss => ({
    bits: 0.9 * PIXELS * (lambda / 1e-3) ** -rateExponent,
    distortion: 4e-4 * (lambda / 1e-3) ** distortionExponent,
  });

const AIMS: readonly Aim[] = [
  { kind: 'bytes', bytes: 9000 },
  { kind: 'bytes', bytes: 120_000 },
  { kind: 'psnr', psnr: 29 },
  { kind: 'psnr', psnr: 41 },
];

/** How far a loss is from the aim, as a factor. */
function distance(aim: Aim, { bits, distortion }: PyramidLoss): number {
  if (aim.kind === 'bytes') return bits / 8 / aim.bytes;
  return aim.kind === 'psnr' ? 10 ** (-aim.psnr / 10) / distortion : 1;
}

test('λ follows the aim on pictures that answer more and less than expected', () => {
  for (const answer of [powerLaw(0.45, 0.55), powerLaw(0.55, 0.7), powerLaw(0.75, 0.9)]) {
    for (const aim of AIMS) {
      const control = new LambdaControl(aim, firstLambda(aim, PIXELS), 0, 0.1);
      const steps = 400;
      for (let i = 0; i < steps; i++) control.follow(answer(control.lambda), i, steps);
      assert.ok(Math.abs(Math.log(distance(aim, answer(control.lambda)))) < 0.01, JSON.stringify(aim));
    }
  }
});

test('a few corrections reach the aim', () => {
  for (const answer of [powerLaw(0.45, 0.55), powerLaw(0.75, 0.9)]) {
    for (const aim of AIMS) {
      let lambda = firstLambda(aim, PIXELS);
      for (let i = 0; i < 5; i++) lambda *= correction(aim, answer(lambda));
      assert.ok(Math.abs(Math.log(distance(aim, answer(lambda)))) < 0.02, JSON.stringify(aim));
    }
  }
});

test('a fixed λ stays', () => {
  const aim: Aim = { kind: 'lambda', lambda: 0.003 };
  const control = new LambdaControl(aim, firstLambda(aim, PIXELS), 0, 0.1);
  for (let i = 0; i < 100; i++) control.follow({ bits: i, distortion: 1 / (i + 1) }, i, 100);
  assert.is(control.lambda, 0.003);
});

test('λ keeps within its range where the aim is out of reach', () => {
  const control = new LambdaControl({ kind: 'bytes', bytes: 1 }, 0.5, 0, 0.1);
  for (let i = 0; i < 1000; i++) control.follow({ bits: 1e6, distortion: 1e-3 }, i, 1000);
  assert.is(control.lambda, LAMBDA_RANGE.max);
  const sharper = new LambdaControl({ kind: 'psnr', psnr: 200 }, 1e-6, 0, 0.1);
  for (let i = 0; i < 1000; i++) sharper.follow({ bits: 1e6, distortion: 0 }, i, 1000);
  assert.ok(sharper.lambda >= LAMBDA_RANGE.min && Number.isFinite(sharper.lambda));
});

test.run();
