/**
 * @file Corrects a fit that misses its target: it goes on for a while at another λ, with softer rounding the further it is from it.
 */

import type { PyramidLoss, PyramidSession } from '../../engine/pyramid.ts';
import type { FileTarget } from '../file-target.ts';
import type { ProgressMeter } from '../progress-meter.ts';
import {
  CORRECTION_ELASTICITY,
  CORRECTION_GAIN,
  FINE_FACTOR,
  FIT_ELASTICITY,
} from './calibration/by-tune.ts';
import {
  COARSE_CORRECTION,
  CORRECTIONS,
  FINE_CORRECTION,
  MAX_CORRECTION_FACTOR,
  OVERSHOOT_FACTOR,
} from './calibration/rate-control.ts';
import { clampLambda, type Goal, goalOf, LAMBDA_RANGE, lambdaFactor, type ScoredDistortion } from './goal.ts';
import type { PyramidJob } from './pyramid-job.ts';
import { correctionSchedule } from './schedule.ts';
import { middleOf } from './target.ts';
import { constantLambda, train } from './train.ts';

type Correction = typeof COARSE_CORRECTION | typeof FINE_CORRECTION;

/** A job whose target is of the file. */
export type FileJob = PyramidJob & { readonly target: FileTarget };

/** What a file has, or will have. */
export type FileState = PyramidLoss & ScoredDistortion;

/** Of one fit, one after the other. */
export class Corrections {
  readonly #session: PyramidSession;
  readonly #job: FileJob;
  readonly #mainSteps: number;
  readonly #meter: ProgressMeter;
  readonly #maxSteps: number;
  #stepsTaken = 0;
  #lambda: number;
  /** How much more strongly a file may respond than is usual. */
  #damping = 1;
  #deviation = 0;

  /** @param lambda the λ of the fit @param mainSteps steps of the main training */
  constructor(
    session: PyramidSession,
    job: FileJob,
    lambda: number,
    mainSteps: number,
    meter: ProgressMeter,
  ) {
    this.#session = session;
    this.#job = job;
    this.#lambda = lambda;
    this.#mainSteps = mainSteps;
    this.#meter = meter;
    this.#maxSteps = Math.max(CORRECTIONS.steps, Math.floor(CORRECTIONS.share * mainSteps));
  }

  /** The λ at which a whole fit would come to where this one is. */
  get lambda(): number {
    return this.#lambda;
  }

  /** Their steps so far, as a share of the main training's. */
  get taken(): number {
    return this.#stepsTaken / this.#mainSteps;
  }

  /**
   * Goes on towards the target.
   * @param state that misses it
   * @returns whether there were steps left to do so, and it is steps that lead there
   * @throws LoecError E_LIMIT
   */
  async take(state: FileState): Promise<boolean> {
    if (this.#job.journal.isHurried) return false;
    const deviation = Math.log(lambdaFactor(this.#goal(state), state, FIT_ELASTICITY[this.#job.tune]));
    // There an enhancement layer goes on.
    if (deviation < 0 && this.#lambda <= LAMBDA_RANGE.min) return false;
    const correction = this.#choose(state);
    if (!correction) return false;
    if (deviation * this.#deviation < 0) this.#damping *= OVERSHOOT_FACTOR;
    this.#deviation = deviation;
    const max = MAX_CORRECTION_FACTOR;
    const factor = this.#factor(correction, state) ** (1 / this.#damping);
    const lambda = constantLambda(clampLambda(this.#lambda * Math.min(max, Math.max(1 / max, factor))));
    const steps = this.#stepsOf(correction);
    await train(
      this.#session,
      this.#job,
      { schedule: correctionSchedule(correction), steps, lambda },
      this.#meter,
    );
    this.#stepsTaken += steps;
    this.#lambda = clampLambda(this.#lambda * Math.exp(deviation));
    return true;
  }

  /** null where too few steps are left. */
  #choose(state: FileState): Correction | null {
    const fine = this.#factor(FINE_CORRECTION, state);
    const isNear = Math.abs(Math.log(fine)) < Math.log(FINE_FACTOR[this.#job.tune]);
    const left = this.#maxSteps - this.#stepsTaken;
    const isAffordable = (correction: Correction) => this.#stepsOf(correction) <= left;
    if (!isNear && isAffordable(COARSE_CORRECTION)) return COARSE_CORRECTION;
    return isAffordable(FINE_CORRECTION) ? FINE_CORRECTION : null;
  }

  #stepsOf({ share, steps }: Correction): number {
    return Math.max(steps, Math.round(share * this.#mainSteps));
  }

  /** The factor on λ that would take a file to its target by a correction. */
  #factor({ name }: Correction, state: FileState): number {
    const { tune } = this.#job;
    const { toLarger, toSmaller } = CORRECTION_ELASTICITY[tune][name];
    const goal = this.#goal(state);
    const isTooLarge = lambdaFactor(goal, state, FIT_ELASTICITY[tune]) > 1;
    const gain = Math.exp(-CORRECTION_GAIN[tune] / this.#mainSteps);
    const atSameLambda = { bits: state.bits, distortion: state.distortion * gain };
    return lambdaFactor(goal, atSameLambda, isTooLarge ? toLarger : toSmaller);
  }

  #goal(state: FileState): Goal {
    return goalOf(middleOf(this.#job.target), this.#job.tune, state);
  }
}
