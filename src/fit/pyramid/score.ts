/** @file The SSIMULACRA2 of a fit under way. */

import type { PyramidSession } from '../../engine/pyramid.ts';
import { mappedSamples, premultipliedValues } from '../../samples/to-samples.ts';
import type { PyramidJob, Ssimulacra2 } from './pyramid-job.ts';

/** Of what the session's rounded latents and its weights draw. */
export function scoreSession(
  session: PyramidSession,
  { mapped: { picture, samples, alpha }, ssimulacra2, journal }: PyramidJob,
): Promise<number> {
  return journal.recall(async () => {
    const outputs = await session.outputs();
    const values = premultipliedValues(outputs, alpha?.labels ?? null, samples, picture.depth);
    return (ssimulacra2 as Ssimulacra2)({ ...picture, data: mappedSamples(values, samples, picture) });
  });
}
