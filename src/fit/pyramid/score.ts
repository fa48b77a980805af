/** @file The SSIMULACRA2 of a fit under way. */

import type { PyramidSession } from '../../engine/pyramid.ts';
import { valuesToSamples } from '../../image/values.ts';
import type { PyramidJob, Ssimulacra2 } from './pyramid-job.ts';

/** Of what the session's rounded latents and its weights draw. */
export async function scoreSession(
  session: PyramidSession,
  { raster: { width, height, channels, depth }, ssimulacra2 }: PyramidJob,
): Promise<number> {
  const data = valuesToSamples(await session.outputs(), depth);
  return (ssimulacra2 as Ssimulacra2)({ width, height, channels, depth, data });
}
