/** @file What the file of a pyramid fit is expected to have, before it begins. */

import type { Raster } from '../../image/raster.ts';
import type { CheckedOptions } from '../options.ts';
import { expectedOverhead } from './overhead.ts';
import { pyramidJob } from './pyramid-job.ts';

/** Bytes of a file that reaches what the options ask for. */
export function expectedBytes(raster: Raster, options: CheckedOptions): number {
  const { lambda, bitsPerPixel, effort, tune } = pyramidJob(raster, 'pyramid', options, null);
  const pixels = raster.width * raster.height;
  return (bitsPerPixel * pixels + expectedOverhead(lambda, pixels, effort.size, tune).bits) / 8;
}
