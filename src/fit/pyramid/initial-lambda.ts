/**
 * @file λ to begin with: where the forecast meets the target. It matters, as a fit whose λ was far too large for a while does not recover.
 */

import type { Tune } from '../../distortion/by-tune.ts';
import type { PyramidSize } from '../../field/presets.ts';
import { AVERAGE_SCORE, FIT_ELASTICITY } from './calibration/by-tune.ts';
import type { Forecast } from './forecast.ts';
import { goalOf, LAMBDA_RANGE, lambdaFactor } from './goal.ts';
import { expectedOverhead, withOverhead } from './overhead.ts';
import type { Target } from './target.ts';

/** Halvings of the range of ln λ. */
const ROUNDS = 30;

export function initialLambda(
  target: Target,
  forecast: Pick<Forecast, 'at'>,
  pixels: number,
  size: PyramidSize,
  tune: Tune,
): number {
  if (target.kind === 'lambda') return target.lambda;
  const goal = goalOf(target, tune, AVERAGE_SCORE[tune]);
  let [low, high] = [Math.log(LAMBDA_RANGE.min), Math.log(LAMBDA_RANGE.max)];
  for (let round = 0; round < ROUNDS; round++) {
    const lambda = Math.exp((low + high) / 2);
    const file = withOverhead(forecast.at(lambda), expectedOverhead(lambda, pixels, size, tune));
    if (lambdaFactor(goal, file, FIT_ELASTICITY[tune]) > 1) low = Math.log(lambda);
    else high = Math.log(lambda);
  }
  return Math.exp(low);
}
