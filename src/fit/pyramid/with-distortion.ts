/** @file A distortion of a job's picture beside that of its session. */

import type { PictureDistortion } from '../../distortion/distortion.ts';
import type { PyramidJob } from './pyramid-job.ts';

/** Opens the job's distortion of its picture, beside the session's own, for as long as `use` takes. */
export async function withDistortion<Result>(
  { distortion, raster, threads }: PyramidJob,
  use: (measured: PictureDistortion) => Result | Promise<Result>,
): Promise<Result> {
  const measured = await distortion.of(raster, { threads });
  try {
    return await use(measured);
  } finally {
    await measured.dispose();
  }
}
