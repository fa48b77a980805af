/** @file The float phase: training at once, or in parts between which the label map is simplified. */

import { initialState } from '../../engine/coordinates.ts';
import { initialParameters } from '../../field/init.ts';
import type { RasterSegmentation } from '../../field/segmentation.ts';
import { type CoordinateJob, type Draft, openSession } from './coordinate-job.ts';
import { SCHEDULE } from './phases.ts';
import { relabel } from './relabel.ts';
import { type StepRange, trainRange } from './train-range.ts';
import { labelMapBudget } from './width-plan.ts';

/** Where in the float phase the label map is simplified: early enough for the field to follow it. */
const RELABEL_AT = [0.3, 0.5];

export async function fitFloats(job: CoordinateJob): Promise<Draft> {
  const share = job.bytes === null ? 1 : SCHEDULE.float.share;
  const of = Math.max(1, Math.round(share * job.steps));
  const relabelings =
    job.segmentation && job.bytes !== null ? RELABEL_AT.map((at) => Math.round(at * of)) : [];
  let draft = firstDraft(job);
  let from = 0;
  for (const to of relabelings) {
    draft = await trainFloats(job, draft, { from, to, of });
    // Experts get other pixels, for which the old moments are wrong: without them 0.1 to 0.3 dB more.
    const segmentation = await simplifiedLabelMap(job, draft);
    draft = { state: initialState(draft.state.parameters), segmentation };
    from = to;
  }
  return trainFloats(job, draft, { from, to: of, of });
}

export function firstDraft({ spec, seed, segmentation }: CoordinateJob): Draft {
  return { state: initialState(initialParameters(spec, seed)), segmentation };
}

/** Trains through part of the phase. */
export async function trainFloats(job: CoordinateJob, draft: Draft, range: StepRange): Promise<Draft> {
  const session = await openSession(job, draft);
  try {
    await trainRange(session, job, SCHEDULE.float, range);
    return { ...draft, state: await session.readState() };
  } finally {
    session.dispose();
  }
}

/** The draft's label map, simplified for the field as it is, within what the job's file has room for. */
export function simplifiedLabelMap(
  job: CoordinateJob,
  { state, segmentation }: Draft,
): Promise<RasterSegmentation> {
  job.meter.phase('simplify the map');
  const bytes = job.bytes as number;
  const labelMapBytes = labelMapBudget(job.spec, bytes);
  const budget = { labelMapBytes, weightBits: 8 * (bytes - labelMapBytes) };
  const field = { spec: job.spec, parameters: state.parameters };
  return job.journal.recall(() =>
    relabel(job.engine, field, job.mapped.target, segmentation as RasterSegmentation, budget),
  );
}
