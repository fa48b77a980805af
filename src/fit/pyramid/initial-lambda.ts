/**
 * @file λ to begin with: where the forecast meets the target. It matters, as a fit whose λ was far too large for a while does not recover.
 */

import type { Tune } from '../../distortion/tunes.ts';
import type { PyramidSize } from '../../field/presets.ts';
import { FIT_ELASTICITY, SHORTFALL } from './calibration/by-tune.ts';
import { LARGEST_LAMBDA } from './calibration/efforts.ts';
import type { Forecast } from './forecast.ts';
import { clampLambda, goalOf, LAMBDA_RANGE, lambdaFactor } from './goal.ts';
import { expectedOverhead, withOverhead } from './overhead.ts';
import type { Target } from './target.ts';
import { trainedPartOf } from './trained-part.ts';

/** Halvings of the range of ln λ. */
const ROUNDS = 30;

/**
 * No larger than that of quality 0: forecasts of graphics are far off, and a fit that begins with too large a λ loses its latents.
 * @param least λ, of a fit by default
 */
export function initialLambda(
  target: Target,
  forecast: Pick<Forecast, 'at'>,
  pixels: number,
  size: PyramidSize,
  tune: Tune,
  least: number = LAMBDA_RANGE.min,
): number {
  if (target.kind === 'lambda') return clampLambda(target.lambda);
  let [low, high] = [Math.log(least), Math.log(LARGEST_LAMBDA)];
  for (let round = 0; round < ROUNDS; round++) {
    const lambda = Math.exp((low + high) / 2);
    const seen = forecast.at(lambda);
    const overhead = expectedOverhead(lambda, pixels, size, trainedPartOf(seen.bits, pixels), tune);
    const file = withOverhead(seen, overhead);
    const goal = goalOf(target, tune, { ...file, ssimulacra2: averageScore(lambda, tune) });
    if (lambdaFactor(goal, file, FIT_ELASTICITY[tune]) > 1) low = Math.log(lambda);
    else high = Math.log(lambda);
  }
  return Math.exp(low);
}

/** The SSIMULACRA2 of an average picture: the spectrum of one says little of it that λ does not. */
function averageScore(lambda: number, tune: Tune): number {
  const { factor, lambda: power } = SHORTFALL[tune];
  return 100 - factor * lambda ** power;
}
