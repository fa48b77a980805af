/**
 * @file The width of a segmented field. A map takes from a sixth to more than half of a file, depending on the picture; a short
 * fit whose map is simplified tells how much, so that the field which shares the file with it can be as wide as fits.
 */

import type { Engine } from '../../engine/engine.ts';
import { encodeLabels } from '../../entropy/label-map.ts';
import type { ProgressMeter } from '../progress.ts';
import type { CoordinateJob } from './coordinate-job.ts';
import { firstDraft, simplifiedLabelMap, trainFloats } from './float-phase.ts';
import { type FieldRequest, specForSize } from './width-plan.ts';

/** Share of the steps that the scout takes; what it gains is measured in docs/experiments.md. */
const PILOT_SHARE = 0.06;

/**
 * The job with a field as wide as its map allows, for the steps that are left.
 * @param job with a segmentation and a size
 * @throws LoecError E_ABORTED
 */
export async function widthByPilotFit(
  engine: Engine,
  job: CoordinateJob,
  request: FieldRequest,
  meter: ProgressMeter,
): Promise<CoordinateJob> {
  const steps = Math.round(PILOT_SHARE * job.steps);
  if (steps === 0) return job;
  const draft = await trainFloats(engine, job, firstDraft(job), { from: 0, to: steps, of: steps }, meter);
  const { labels, width, height } = await simplifiedLabelMap(engine, job, draft, meter);
  const mapBytes = encodeLabels(labels, width, height).length;
  const spec = specForSize(request, job.bytes as number, mapBytes);
  return { ...job, spec, steps: job.steps - steps };
}
