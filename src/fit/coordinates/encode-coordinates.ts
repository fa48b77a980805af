/** @file The steps of an encode with a coordinate field, in order. */

import type { Engine } from '../../engine/engine.ts';
import type { CoordinatePreset } from '../../field/presets.ts';
import type { MappedPicture } from '../../samples/to-outputs.ts';
import { fileTargetOf } from '../file-target.ts';
import { type Fitted, fileOf } from '../fitted.ts';
import type { Journal } from '../journal/journal.ts';
import type { CheckedOptions } from '../options.ts';
import { ProgressMeter } from '../progress-meter.ts';
import { contentsOf, coordinateJob, stepsOf } from './coordinate-job.ts';
import { fitFloats } from './float-phase.ts';
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
  const fitTo = (bytes: number | null): Promise<Fitted> => {
    meter.expectNow(stepsOf(options));
    return encodeTo(engine, mapped, preset, options, bytes, meter, journal);
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

/** @param bytes of the file; null for float32 weights, whose size follows from the width */
async function encodeTo(
  engine: Engine,
  mapped: MappedPicture,
  preset: CoordinatePreset,
  options: CheckedOptions,
  bytes: number | null,
  meter: ProgressMeter,
  journal: Journal,
): Promise<Fitted> {
  const job = coordinateJob(engine, mapped, preset, options, bytes, meter, journal);
  const draft = await fitFloats(job);
  const weights =
    bytes === null
      ? ({ kind: 'float32', parameters: draft.state.parameters } as const)
      : await roundLayers(job, draft, bytes);
  job.meter.phase('write');
  const fitted = await fileOf(contentsOf(job, draft, weights), mapped.picture);
  return { ...fitted, steps: job.meter.taken };
}
