/** @file What the rounded latents and the weights of a session draw. */

import type { PyramidSession } from '../../engine/pyramid.ts';
import type { Raster } from '../../image/raster.ts';
import { mappedSamples, premultipliedValues } from '../../samples/to-samples.ts';
import type { PyramidJob } from './pyramid-job.ts';

/** null at another size than the picture's where alpha has exact values, which are known there alone. */
export async function drawnBy(
  session: PyramidSession,
  { mapped: { picture, samples, alpha }, raster: { width, height } }: Pick<PyramidJob, 'mapped' | 'raster'>,
): Promise<Raster | null> {
  if (alpha && width !== picture.width) return null;
  const outputs = await session.outputs();
  const values = premultipliedValues(outputs, alpha?.labels ?? null, samples, picture.depth);
  return { ...picture, width, height, data: mappedSamples(values, samples, picture) };
}
