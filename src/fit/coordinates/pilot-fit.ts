/**
 * @file The width of a segmented field. A label map takes from a sixth to more than half of a file, depending on the picture; a short pilot
 * fit whose label map is simplified tells how much, so that the field which shares the file with it can be as wide as fits.
 */

import { encodeLabels } from '../../entropy/label-map.ts';
import type { CoordinateJob } from './coordinate-job.ts';
import { firstDraft, simplifiedLabelMap, trainFloats } from './float-phase.ts';
import { specForSize } from './width-plan.ts';

/** Share of the steps that the pilot fit takes (docs/experiments.md, "Segmentation map of `loe`"). */
const PILOT_SHARE = 0.06;

/**
 * The job with a field as wide as its label map allows, for the steps that are left.
 * @param job with a segmentation and a size
 */
export async function widthByPilotFit(job: CoordinateJob): Promise<CoordinateJob> {
  const steps = Math.round(PILOT_SHARE * job.steps);
  if (steps === 0) return job;
  const draft = await trainFloats(job, firstDraft(job), { from: 0, to: steps, of: steps });
  const { labels, width, height } = await simplifiedLabelMap(job, draft);
  const labelMapBytes = encodeLabels(labels, width, height).length;
  const spec = specForSize(job.request, job.bytes as number, labelMapBytes);
  return { ...job, spec, steps: job.steps - steps };
}
