/**
 * @file The experts of a fit's pixels. Those of tiles stay; derived classes follow the field, and a fit derives them again after some
 * steps.
 */

import type { PyramidSession } from '../../engine/pyramid.ts';
import { centres, gridTuples, pixels } from '../../field/grid.ts';
import type { Latents } from '../../field/pyramid.ts';
import { expertCount } from '../../field/spec.ts';
import { pyramidExperts } from '../../render/pyramid/experts.ts';
import type { PyramidJob } from './pyramid-job.ts';

/** To begin with: all of one class, as a pyramid of zeros is of one colour. */
export function firstTuples({
  spec,
  raster: { width, height },
}: Pick<PyramidJob, 'spec' | 'raster'>): Uint32Array | null {
  if (spec.layers.every(({ selector }) => expertCount(selector) === 1)) return null;
  return gridTuples(spec, null, centres(0, width, width), centres(0, height, height));
}

/** Gives the session the classes that a decoder would derive from its rounded latents and its weights. */
export async function deriveClasses(session: PyramidSession, job: PyramidJob): Promise<void> {
  if (job.segmentation === null) return;
  const tuples = await tuplesOf(session, job, await session.readLatents());
  if (tuples) session.writeTuples(tuples);
}

/** The experts that a decoder of the session's weights would give each pixel; null where every layer has one. */
export async function tuplesOf(
  session: PyramidSession,
  job: PyramidJob,
  latents: Latents,
): Promise<Uint32Array | null> {
  const { spec, raster, segmentation } = job;
  const field = { spec, parameters: (await session.readWeights()).field };
  const tuplesAt = await pyramidExperts(field, latents, segmentation, raster);
  return tuplesAt({ columns: pixels(raster.width), rows: pixels(raster.height) });
}
