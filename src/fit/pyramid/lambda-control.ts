/** @file Leads λ to a goal during the main training, a little: latents follow it slowly. */

import type { Tune } from '../../distortion/tunes.ts';
import type { PyramidLoss } from '../../engine/pyramid.ts';
import { FIT_ELASTICITY } from './calibration/by-tune.ts';
import { LAMBDA_CONTROL } from './calibration/rate-control.ts';
import { clampLambda, type Goal, lambdaFactor } from './goal.ts';
import { lossAtEnd, type Overhead, withOverhead } from './overhead.ts';

export class LambdaControl {
  readonly #steps: number;
  readonly #tune: Tune;
  readonly #interval: number;
  readonly #initial: number;
  #lambda: number;
  /** The λ that latents have followed to. */
  #followed: number;

  /** @param lambda to begin with @param steps of the main training */
  constructor(lambda: number, steps: number, tune: Tune) {
    this.#initial = lambda;
    this.#lambda = lambda;
    this.#followed = lambda;
    this.#steps = steps;
    this.#tune = tune;
    const { leastInterval, intervalShare } = LAMBDA_CONTROL;
    this.#interval = Math.max(leastInterval, Math.round(intervalShare * steps));
  }

  get lambda(): number {
    return this.#lambda;
  }

  /** Whether to measure the loss before step `i`. */
  isDue(i: number): boolean {
    const { from, to } = LAMBDA_CONTROL;
    return i % this.#interval === 0 && i >= from * this.#steps && i <= to * this.#steps;
  }

  /** @param loss at rounded latents before step `i` @param overhead of the file */
  update(goal: Goal, loss: PyramidLoss, overhead: Overhead, i: number): void {
    const { lagShare, leastLag, gain, maxChange } = LAMBDA_CONTROL;
    const end = lossAtEnd(loss, i / this.#steps, this.#lambda, this.#steps, this.#tune);
    const lag = Math.max(leastLag, lagShare * this.#steps);
    this.#followed *= (this.#lambda / this.#followed) ** (1 - Math.exp(-this.#interval / lag));
    const wanted =
      this.#followed * lambdaFactor(goal, withOverhead(end, overhead), FIT_ELASTICITY[this.#tune]);
    const lambda = this.#lambda * (wanted / this.#lambda) ** gain;
    const [least, most] = [this.#initial / maxChange, maxChange * this.#initial];
    this.#lambda = clampLambda(Math.min(most, Math.max(least, lambda)));
  }
}
