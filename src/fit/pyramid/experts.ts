/**
 * @file The experts of a fit's pixels. Those of tiles stay; derived classes follow the field, and a fit derives them again after some
 * steps.
 */

import type { PyramidSession } from '../../engine/pyramid.ts';
import { centres } from '../../field/grid.ts';
import { gridTuples } from '../../field/grid-samples.ts';
import type { Latents } from '../../field/pyramid.ts';
import { pyramidExperts } from '../../render/pyramid/experts.ts';
import { pixelCells } from '../../render/pyramid/phases.ts';
import type { PyramidJob } from './pyramid-job.ts';

/** To begin with: all of one class, as a pyramid of zeros is of one colour. */
export function firstTuples({
  model: { field, width, height },
}: Pick<PyramidJob, 'model'>): Uint32Array | null {
  if (!field.hasExperts) return null;
  return gridTuples(field.spec, null, centres(0, width, width), centres(0, height, height));
}

/** Gives the session the classes that a decoder would derive from its rounded latents and its weights. */
export async function deriveClasses(session: PyramidSession, job: PyramidJob): Promise<void> {
  if (job.segmentation === null) return;
  await job.journal.recall(async () => {
    const tuples = await tuplesOf(session, job, await session.readLatents());
    if (tuples) session.writeTuples(tuples);
  });
}

/** The experts that a decoder of the session's weights would give each pixel; null where every layer has one. */
export async function tuplesOf(
  session: PyramidSession,
  job: PyramidJob,
  latents: Latents,
): Promise<Uint32Array | null> {
  const { model, segmentation } = job;
  const { field } = await session.readWeights();
  const tuplesAt = await pyramidExperts(model, field, latents, segmentation);
  return tuplesAt({
    columns: pixelCells({ first: 0, last: model.width - 1 }),
    rows: pixelCells({ first: 0, last: model.height - 1 }),
  });
}
