import type { PictureDistortion } from '../../distortion/distortion.ts';
import type { PyramidJob } from './pyramid-job.ts';

/** Opens the job's distortion of its picture, beside the session's own, for as long as `use` takes. */
export async function withDistortion<Result>(
  { distortion, raster }: PyramidJob,
  use: (measured: PictureDistortion) => Result | Promise<Result>,
): Promise<Result> {
  return use(await distortion.of(raster));
}
