/** @file The float phase: one stretch of training, or several with the map simplified in between. */

import { type Engine, initialState } from '../engine/engine.ts';
import { initialParameters } from '../field/init.ts';
import type { Segmentation } from '../field/segmentation.ts';
import { type Draft, type FitJob, openSession } from './job.ts';
import type { ProgressMeter } from './progress.ts';
import { remap } from './remap.ts';
import { baseLearningRate, SCHEDULE } from './schedule.ts';
import { type StepRange, trainRange } from './train.ts';

/** Where in the float phase the map is simplified: early enough for the field to follow it. */
const REMAP_AT = [0.3, 0.5];

/** The map may take at most this share of the file. */
const MAX_MAP_SHARE = 0.6;

/** @throws LoecError E_ABORTED */
export async function fitFloats(engine: Engine, job: FitJob, meter: ProgressMeter): Promise<Draft> {
  const share = job.bytes === null ? 1 : SCHEDULE.float.share;
  const of = Math.max(1, Math.round(share * job.steps));
  const remaps = job.segmentation && job.bytes !== null ? REMAP_AT.map((at) => Math.round(at * of)) : [];
  let draft: Draft = {
    state: initialState(initialParameters(job.spec, job.seed)),
    segmentation: job.segmentation,
  };
  let from = 0;
  for (const to of remaps) {
    draft = await stretch(engine, job, draft, { from, to, of }, meter);
    // Experts get other pixels, for which the old moments are wrong: forgetting them gains 0.1 to 0.3 dB.
    draft = {
      state: initialState(draft.state.parameters),
      segmentation: await simplified(engine, job, draft, meter),
    };
    from = to;
  }
  return stretch(engine, job, draft, { from, to: of, of }, meter);
}

/** Trains through part of the phase. */
async function stretch(
  engine: Engine,
  job: FitJob,
  draft: Draft,
  range: StepRange,
  meter: ProgressMeter,
): Promise<Draft> {
  const session = await openSession(engine, job, draft);
  try {
    const watch = meter.watch('fit', job.signal);
    await trainRange(session, SCHEDULE.float, baseLearningRate(job.spec), range, watch);
    return { ...draft, state: session.readState() };
  } finally {
    session.dispose();
  }
}

async function simplified(
  engine: Engine,
  job: FitJob,
  { state, segmentation }: Draft,
  meter: ProgressMeter,
): Promise<Segmentation> {
  meter.phase('simplify the map');
  const bytes = job.bytes as number;
  const mapBytes = MAX_MAP_SHARE * bytes;
  const weightBits = 8 * (bytes - mapBytes);
  const field = { spec: job.spec, parameters: state.parameters };
  return remap(engine, field, job.raster, segmentation as Segmentation, { weightBits, mapBytes });
}
