/** @file What the file of a pyramid fit is expected to have, before it begins. */

import type { MappedPicture } from '../../samples/to-outputs.ts';
import { NO_JOURNAL } from '../journal/journal.ts';
import type { CheckedOptions } from '../options.ts';
import { Forecast } from './forecast.ts';
import { initialLambda } from './initial-lambda.ts';
import { expectedOverhead } from './overhead.ts';
import { pyramidJob } from './pyramid-job.ts';

/** Of files with an enhancement layer too, whose λ goes below that of any fit. */
const LEAST_LAMBDA = 1e-10;

/** Bytes of a file that reaches what the options ask for. */
export function expectedBytes(mapped: MappedPicture, options: CheckedOptions): number {
  const { raster, target, effort, trained, tune } = pyramidJob(mapped, 'pyramid', options, NO_JOURNAL, null);
  const { size, steps } = effort;
  const pixels = raster.width * raster.height;
  const forecast = new Forecast(raster, steps);
  const lambda =
    target.kind === 'lambda'
      ? target.lambda
      : initialLambda(target, forecast, pixels, size, tune, LEAST_LAMBDA);
  const overhead = expectedOverhead(lambda, pixels, size, trained, tune);
  return (forecast.at(lambda).bits + overhead.bits) / 8;
}
