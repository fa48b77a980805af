/** @file The float phase: training at once, or in parts between which the label map is simplified. */

import { initialState } from '../../engine/coordinates.ts';
import { initialParameters } from '../../field/init.ts';
import type { RasterSegmentation } from '../../field/segmentation.ts';
import { type CoordinateJob, type Draft, openSession, optimizerOf } from './coordinate-job.ts';
import { ADAM_PHASE, type Phase, SCHEDULE } from './phases.ts';
import { relabel } from './relabel.ts';
import { type StepRange, trainRange } from './train-range.ts';
import { labelMapBudget } from './width-plan.ts';

/** Where in the float phase the label map is simplified: early enough for the field to follow it. */
const RELABEL_AT = [0.3, 0.5];

export async function fitFloats(job: CoordinateJob): Promise<Draft> {
  const of = Math.max(1, Math.round(phaseOf(job).share * job.steps));
  const relabelings =
    job.segmentation && job.bytes !== null ? RELABEL_AT.map((at) => Math.round(at * of)) : [];
  let draft = firstDraft(job);
  let from = 0;
  for (const to of relabelings) {
    draft = await trainFloats(job, draft, { from, to, of });
    // Experts get other pixels, for which the old moments are wrong: without them 0.1 to 0.3 dB more.
    const segmentation = await simplifiedLabelMap(job, draft);
    draft = { state: initialState(draft.state.parameters, optimizerOf(job)), segmentation };
    from = to;
  }
  return trainFloats(job, draft, { from, to: of, of });
}

export function firstDraft(job: CoordinateJob): Draft {
  const { spec, seed, segmentation } = job;
  return { state: initialState(initialParameters(spec, seed), optimizerOf(job)), segmentation };
}

/** Trains through part of the phase, with an optimizer that begins. */
export async function trainFloats(job: CoordinateJob, draft: Draft, range: StepRange): Promise<Draft> {
  const session = await openSession(job, draft);
  try {
    await trainRange(session, job, phaseOf(job), range);
    return { ...draft, state: await session.readState() };
  } finally {
    session.dispose();
  }
}

function phaseOf({ bytes }: CoordinateJob): Phase {
  return bytes === null ? ADAM_PHASE : SCHEDULE.float;
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
