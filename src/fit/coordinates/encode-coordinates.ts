/** @file The steps of an encode with a coordinate field, in order. */

import type { FieldContents } from '../../container/contents.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CoordinatePreset } from '../../field/presets.ts';
import { ssimulacra2Against } from '../../metrics/ssimulacra2.ts';
import type { MappedPicture } from '../../samples/to-outputs.ts';
import { fileTargetOf } from '../file-target.ts';
import { type Fitted, fileOf } from '../fitted.ts';
import type { Journal } from '../journal/journal.ts';
import type { CheckedOptions } from '../options.ts';
import { ProgressMeter } from '../progress-meter.ts';
import { type CoordinateJob, contentsOf, coordinateJob } from './coordinate-job.ts';
import { requestOf } from './field-request.ts';
import { smallestFit } from './fit-where-possible.ts';
import { fitFloats } from './float-phase.ts';
import { MovingTargets } from './moving-targets.ts';
import { roundLayers } from './round-layers.ts';
import { searchScore } from './score-search.ts';
import { mostBytes, plannedBytes } from './width-plan.ts';
import { expectedSteps } from './work.ts';

/** Fits that a search for a score usually takes. */
const USUAL_TRIALS = 4;

/** The quality whose size such a search tries first. */
const FIRST_QUALITY = 50;

/** @throws LoecError E_TARGET */
export async function encodeCoordinates(
  engine: Engine,
  mapped: MappedPicture,
  preset: CoordinatePreset,
  options: CheckedOptions,
  journal: Journal,
): Promise<Fitted> {
  const { picture } = mapped;
  const meter = new ProgressMeter(0, options.onProgress, journal);
  const ssimulacra2 = options.ssimulacra2 === undefined ? null : ssimulacra2Against(picture);
  const request = await requestOf(mapped, preset, options);
  let fitsToCome = 1;
  /** @param bytes of the file; null for float32 weights, whose size follows from the width */
  const fitTo = async (bytes: number | null): Promise<Fitted> => {
    const targets = await MovingTargets.open(options.tune, mapped, options.threads);
    try {
      const job = coordinateJob(engine, mapped, request, options, bytes, meter, journal, targets);
      meter.expectNow(Math.max(1, fitsToCome--) * expectedSteps(job));
      const contents = await fittedContents(job);
      meter.phase('write');
      return { ...(await fileOf(contents, picture, ssimulacra2)), steps: meter.taken };
    } finally {
      await targets?.dispose();
    }
  };
  if (options.weights === 'float32') return fitTo(null);
  const target = fileTargetOf(mapped, options);
  const most = mostBytes(request, picture);
  if (target?.kind === 'bytes') return fitTo(Math.min(target.bytes, most));
  const bytesOf = (quality: number): number => plannedBytes(request, picture, quality);
  if (target) {
    fitsToCome = USUAL_TRIALS;
    const sizes = { first: bytesOf(FIRST_QUALITY), finest: bytesOf(100), most };
    return searchScore(sizes, target, fitTo, journal);
  }
  return smallestFit(fitTo, bytesOf(options.quality));
}

async function fittedContents(job: CoordinateJob): Promise<FieldContents> {
  const draft = await fitFloats(job);
  const weights =
    job.bytes === null
      ? ({ kind: 'float32', parameters: draft.state.parameters } as const)
      : await roundLayers(job, draft, job.bytes);
  return contentsOf(job, draft, weights);
}
