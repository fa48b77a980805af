/**
 * @file λ to begin with: where the forecast meets the target. It matters, as a fit whose λ was far too large for a while does not recover.
 */

import type { PyramidSize } from '../../field/presets.ts';
import type { Forecast } from './forecast.ts';
import { expectedOverhead, withOverhead } from './overhead.ts';
import { LAMBDA_RANGE, lambdaFactor, type Target } from './target.ts';

/** Halvings of the range of ln λ. */
const ROUNDS = 30;

export function initialLambda(
  target: Target,
  forecast: Pick<Forecast, 'at'>,
  pixels: number,
  size: PyramidSize,
): number {
  if (target.kind === 'lambda') return target.lambda;
  let [low, high] = [Math.log(LAMBDA_RANGE.min), Math.log(LAMBDA_RANGE.max)];
  for (let round = 0; round < ROUNDS; round++) {
    const lambda = Math.exp((low + high) / 2);
    const file = withOverhead(forecast.at(lambda), expectedOverhead(lambda, pixels, size));
    if (lambdaFactor(target, file) > 1) low = Math.log(lambda);
    else high = Math.log(lambda);
  }
  return Math.exp(low);
}
