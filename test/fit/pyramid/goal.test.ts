/** @file What targets come to, and which file serves them. */

import type { ScoreTarget } from '../../../src/fit/file-target.ts';
import { FIT_ELASTICITY } from '../../../src/fit/pyramid/calibration/by-tune.ts';
import { goalOf, lambdaFactor } from '../../../src/fit/pyramid/goal.ts';
import { better, isClose, isCloseScore, middleOf, nearer, reaches } from '../../../src/fit/pyramid/target.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('goals of a pyramid fit');

test('an SSIMULACRA2 is led to by the distortion of a picture whose score is known', () => {
  for (const tune of ['visual', 'psnr'] as const) {
    const goalAt = (score: number): number =>
      goalOf({ kind: 'ssimulacra2', score }, tune, { distortion: 3e-4, ssimulacra2: 70 }).value;
    assert.is(goalAt(70), 3e-4);
    const goals = [20, 50, 69, 71, 90, 100].map(goalAt);
    assert.equal(
      goals,
      goals.toSorted((a, b) => b - a),
    );
    assert.ok(goals.every((distortion) => distortion > 0 && distortion < 0.1));
  }
});

test('a few corrections lead pictures of other slopes than expected to their SSIMULACRA2', () => {
  // 100 less the score is this power of λ: means of fits lie between.
  for (const power of [0.2, 0.4, 0.6]) {
    for (const score of [30, 50, 70, 90]) {
      const target: ScoreTarget = { kind: 'ssimulacra2', score };
      let [lambda, reached] = [1e-3, 0];
      for (let i = 0; i < 8; i++) {
        const file = {
          distortion: 3e-4 * (lambda / 1e-3) ** 0.7,
          ssimulacra2: 100 - 30 * (lambda / 1e-3) ** power,
        };
        reached = file.ssimulacra2;
        lambda *= lambdaFactor(goalOf(target, 'visual', file), { ...file, bits: 1 }, FIT_ELASTICITY.visual);
      }
      assert.ok(Math.abs(reached - score) < 1, `${reached} for ${score}, power ${power}`);
    }
  }
});

test('where all that is seen is exact, a lower score leads to a larger λ', () => {
  const known = { distortion: 0, ssimulacra2: 100 };
  for (const tune of ['visual', 'psnr'] as const) {
    const goal = goalOf({ kind: 'ssimulacra2', score: 90 }, tune, known);
    assert.ok(lambdaFactor(goal, { bits: 1, distortion: 0 }, FIT_ELASTICITY[tune]) > 1);
  }
});

test('a lossless file and a score of 100 lead to finite λ', () => {
  const known = { distortion: 0, ssimulacra2: 100 };
  const goal = goalOf({ kind: 'ssimulacra2', score: 100 }, 'visual', known);
  const factor = lambdaFactor(goal, { bits: 1, distortion: 0 }, FIT_ELASTICITY.visual);
  assert.ok(factor >= 0 && Number.isFinite(factor));
});

const fileOf = (bytes: number, distortion: number, psnr: number, ssimulacra2 = 0) => {
  return { file: new Uint8Array(bytes), distortion, psnr, ssimulacra2 };
};

test('of two files within a size the one of less distortion is better, whatever their PSNR', () => {
  const [a, b] = [fileOf(900, 2e-4, 30), fileOf(800, 3e-4, 31)];
  const target = { kind: 'bytes', bytes: 1000 } as const;
  assert.is(better(target, b, a), a);
  assert.is(better(target, a, b), a);
});

test('of two files of a score the shorter one is better, and of two below it the higher one nearer', () => {
  const [a, b] = [fileOf(900, 2e-4, 30, 71), fileOf(800, 3e-4, 31, 70.2)];
  const target = { kind: 'ssimulacra2', score: 70 } as const;
  assert.is(better(target, a, b), b);
  assert.is(nearer({ ...target, score: 80 }, a, b), a);
  assert.ok(reaches(target, a) && isClose(target, b) && !isClose(target, fileOf(900, 2e-4, 30, 71.2)));
  assert.not.ok(reaches(target, fileOf(900, 2e-4, 30, 69.99)));
  assert.is((middleOf(target) as ScoreTarget).score, 70.5);
});

test('a score is close up to a tolerance above what is asked for, and never below', () => {
  const target: ScoreTarget = { kind: 'ssimulacra2', score: 70 };
  assert.ok(isCloseScore(target, 70) && isCloseScore(target, 71) && !isCloseScore(target, 71.1));
  assert.ok(isCloseScore(target, 71.9, 2) && !isCloseScore(target, 69.99, 2));
});

test.run();
