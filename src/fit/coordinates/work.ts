/**
 * @file The work of a coordinate fit in training steps, whatever it is, so that progress and the time left are about right. What takes as long
 * as so many steps was measured with `loe` on 768×512 pixels at 0.4 bpp.
 */

import type { CoordinateJob } from './coordinate-job.ts';
import { RELABEL_AT } from './phases.ts';

/** The label map simplified and coded. */
export const STEPS_PER_RELABELING = 100;

/** A layer rounded, for which its curvatures and those of all behind it are taken. */
export const STEPS_PER_ROUNDING = 25;

/** What a fit will probably take. */
export function expectedSteps(job: CoordinateJob): number {
  if (job.bytes === null) return job.steps;
  const relabelings = job.segmentation ? RELABEL_AT.length : 0;
  return job.steps + STEPS_PER_RELABELING * relabelings + STEPS_PER_ROUNDING * job.spec.layers.length;
}
