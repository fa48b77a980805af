/**
 * @file A picture becomes the contents of a file: fit the field in floats (and, where it is segmented, the map with it), then
 * quantize its weights on integers that meet the size.
 */

import type { Contents } from '../../container/contents.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ProgressMeter } from '../progress.ts';
import { type CoordinateJob, contentsOf } from './coordinate-job.ts';
import { fitFloats } from './float-phase.ts';
import { quantize } from './quantized-phase.ts';

/**
 * Fits the job's field.
 * @throws LoecError E_TARGET where the size can't be met, or E_ABORTED
 */
export async function fitPicture(
  engine: Engine,
  job: CoordinateJob,
  meter: ProgressMeter,
): Promise<Contents> {
  const draft = await fitFloats(engine, job, meter);
  if (job.bytes === null) {
    return contentsOf(job, draft, { kind: 'float32', parameters: draft.state.parameters });
  }
  return contentsOf(job, draft, await quantize(engine, job, draft, job.bytes, meter));
}
