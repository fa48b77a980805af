/** @file The steps of an encode with a coordinate field, in order. */

import type { Engine } from '../../engine/engine.ts';
import type { CoordinatePreset } from '../../field/presets.ts';
import type { MappedPicture } from '../../samples/to-outputs.ts';
import { fileTargetOf } from '../file-target.ts';
import { type Fitted, fileOf } from '../fitted.ts';
import type { Journal } from '../journal/journal.ts';
import type { CheckedOptions } from '../options.ts';
import { ProgressMeter } from '../progress-meter.ts';
import { type CoordinateJob, contentsOf, coordinateJob, stepsOf } from './coordinate-job.ts';
import { fitFloats } from './float-phase.ts';
import { MovingTargets } from './moving-targets.ts';
import { searchPsnr } from './psnr-search.ts';
import { roundLayers } from './round-layers.ts';
import { bytesOfQuality } from './width-plan.ts';

/** Fits that a search for a PSNR usually takes. */
const USUAL_TRIALS = 4;

/** @throws LoecError E_TARGET */
export function encodeCoordinates(
  engine: Engine,
  mapped: MappedPicture,
  preset: CoordinatePreset,
  options: CheckedOptions,
  journal: Journal,
): Promise<Fitted> {
  const meter = new ProgressMeter(0, options.onProgress, journal);
  const fitTo = async (bytes: number | null): Promise<Fitted> => {
    meter.expectNow(stepsOf(options));
    const targets = await MovingTargets.open(options.tune, mapped, options.threads, journal);
    try {
      return await encodeJob(coordinateJob(engine, mapped, preset, options, bytes, meter, journal, targets));
    } finally {
      await targets?.dispose();
    }
  };
  if (options.weights === 'float32') return fitTo(null);
  const target = fileTargetOf(mapped, options);
  if (target?.kind === 'bytes') return fitTo(target.bytes);
  if (target) {
    meter.expect(stepsOf(options) * USUAL_TRIALS);
    return searchPsnr(mapped.picture, target.score, fitTo, journal);
  }
  return fitTo(Math.round(bytesOfQuality(mapped.picture, options.quality)));
}

async function encodeJob(job: CoordinateJob): Promise<Fitted> {
  const draft = await fitFloats(job);
  const weights =
    job.bytes === null
      ? ({ kind: 'float32', parameters: draft.state.parameters } as const)
      : await roundLayers(job, draft, job.bytes);
  job.meter.phase('write');
  const fitted = await fileOf(contentsOf(job, draft, weights), job.mapped.picture);
  return { ...fitted, steps: job.meter.taken };
}
