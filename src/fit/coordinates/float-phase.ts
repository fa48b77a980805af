/** @file The float phase: training at once, or in parts between which the label map is simplified. */

import { initialState } from '../../engine/coordinates.ts';
import type { RasterSegmentation } from '../../field/segmentation.ts';
import { parameterCount } from '../../field/spec.ts';
import {
  type CoordinateJob,
  type Draft,
  optimizerOf,
  pictureOutputs,
  problemOf,
  startOf,
} from './coordinate-job.ts';
import { ADAM_PHASE, type Phase, RELABEL_AT, SCHEDULE } from './phases.ts';
import { relabel } from './relabel.ts';
import { type StepRange, trainRange } from './train-range.ts';
import { widened } from './widen.ts';
import { labelMapBudget, plannedWeightBits, specForSize } from './width-plan.ts';
import { STEPS_PER_RELABELING } from './work.ts';

/** For progress. */
const RELABELING = 'simplify the map';

export async function fitFloats(job: CoordinateJob): Promise<Draft> {
  const of = Math.max(1, Math.round(phaseOf(job).share * job.steps));
  const relabelings =
    job.segmentation && job.bytes !== null ? RELABEL_AT.map((at) => Math.round(at * of)) : [];
  let draft = firstDraft(job);
  let from = 0;
  for (const to of relabelings) {
    draft = await withSimplerMap(job, await trainFloats(job, draft, { from, to, of }));
    from = to;
  }
  return trainFloats(job, draft, { from, to: of, of });
}

function firstDraft(job: CoordinateJob): Draft {
  const { spec, segmentation } = job;
  return { spec, state: initialState(startOf(job, spec), optimizerOf(job)), segmentation };
}

/** Trains through part of the phase, with an optimizer that begins. */
async function trainFloats(job: CoordinateJob, draft: Draft, range: StepRange): Promise<Draft> {
  const session = await job.engine.fitCoordinates(problemOf(job, draft));
  try {
    await trainRange(session, draft.spec, job, phaseOf(job), range);
    return { ...draft, state: await session.readState() };
  } finally {
    session.dispose();
  }
}

/**
 * The draft with its label map simplified, and as wide as the map leaves room for. Experts get other pixels, for which the optimizer's old
 * moments are wrong: without them 0.1 to 0.3 dB more.
 */
async function withSimplerMap(job: CoordinateJob, draft: Draft): Promise<Draft> {
  job.meter.phase(RELABELING);
  const bytes = job.bytes as number;
  const field = { spec: draft.spec, parameters: draft.state.parameters };
  const budget = {
    weightBits: plannedWeightBits(draft.spec),
    labelMapBytes: labelMapBudget(job.request, draft.spec, bytes),
  };
  const { segmentation, labelMapBytes } = await job.journal.recall(async () => {
    const { engine, targets, mapped, segmentation } = job;
    const near = targets && (async () => targets.near(await pictureOutputs(engine, draft, mapped.target)));
    return relabel(engine, field, mapped.target, segmentation as RasterSegmentation, budget, near);
  });
  job.meter.did(RELABELING, STEPS_PER_RELABELING);
  const planned = job.isPlanned ? specForSize(job.request, bytes, labelMapBytes) : draft.spec;
  const spec = parameterCount(planned) > parameterCount(draft.spec) ? planned : draft.spec;
  const parameters = widened(draft.spec, field.parameters, spec, startOf(job, spec));
  return { spec, state: initialState(parameters, optimizerOf(job)), segmentation };
}

function phaseOf(job: CoordinateJob): Phase {
  return optimizerOf(job) === 'adam' ? ADAM_PHASE : SCHEDULE.float;
}
