/** @file Corrections of a fit, against a session whose score answers λ as fits on average do. */

import type { PyramidSession } from '../../../src/engine/pyramid.ts';
import { NO_JOURNAL } from '../../../src/fit/journal/journal.ts';
import { ProgressMeter } from '../../../src/fit/progress-meter.ts';
import { CORRECTION_ELASTICITY, SHORTFALL } from '../../../src/fit/pyramid/calibration/by-tune.ts';
import { Corrections, type FileJob, type FileState } from '../../../src/fit/pyramid/correction.ts';
import { Previews } from '../../../src/fit/pyramid/previews.ts';
import { isCloseScore } from '../../../src/fit/pyramid/target.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('corrections of a pyramid fit');
const STEPS = 1200;
const LAMBDA = 1e-3;

/** Whose distortion follows a step's λ by the elasticity of a fine correction. */
class Answer {
  readonly #from: FileState;
  state: FileState;

  constructor(from: FileState) {
    this.#from = from;
    this.state = from;
  }

  get session(): PyramidSession {
    const train: PyramidSession['train'] = async (steps) => {
      const ratio = (steps[0]?.lambda ?? 0) / LAMBDA;
      const { bits, distortion, ssimulacra2 = 0 } = this.#from;
      const change = ratio ** CORRECTION_ELASTICITY.visual.fine.toLarger.distortion;
      this.state = {
        bits,
        distortion: distortion * change,
        ssimulacra2: 100 - (100 - ssimulacra2) * change ** SHORTFALL.visual.distortion,
      };
      return steps.map(() => this.state);
    };
    return { train } as PyramidSession;
  }
}

function correctionsFor(score: number, session: PyramidSession): Corrections {
  const target = { kind: 'ssimulacra2', score } as const;
  const job = {
    target,
    tune: 'visual',
    segmentation: null,
    seed: 1,
    journal: NO_JOURNAL,
    previews: new Previews(undefined),
    mapped: { picture: { width: 8, height: 8 } },
  } as unknown as FileJob;
  return new Corrections(session, job, LAMBDA, STEPS, new ProgressMeter(1, undefined));
}

test('one correction takes a score that is a few points off to what is asked for', async () => {
  for (const ssimulacra2 of [66, 68, 72, 74]) {
    const answer = new Answer({ bits: 1e5, distortion: 5e-4, ssimulacra2 });
    const corrections = correctionsFor(70, answer.session);
    assert.ok(await corrections.take(answer.state));
    const reached = answer.state.ssimulacra2 as number;
    assert.ok(isCloseScore({ kind: 'ssimulacra2', score: 70 }, reached), `${ssimulacra2} to ${reached}`);
    assert.is(corrections.lambda > LAMBDA, ssimulacra2 > 70);
  }
});

test('corrections end, and say what they have taken', async () => {
  const answer = new Answer({ bits: 1e5, distortion: 5e-4, ssimulacra2: 72 });
  const corrections = correctionsFor(70, answer.session);
  let count = 0;
  while (await corrections.take({ bits: 1e5, distortion: 5e-4, ssimulacra2: 72 })) count++;
  assert.is(count, 9);
  assert.ok(Math.abs(corrections.taken - 0.9) < 1e-9);
});

test.run();
