/** @file What a fit is asked for, and the field on its way there. */

import type { Contents, FloatWeights, QuantizedWeights } from '../../container/contents.ts';
import type { CoordinateSession, CoordinateState } from '../../engine/coordinates.ts';
import type { Engine } from '../../engine/engine.ts';
import type { RasterSegmentation } from '../../field/segmentation.ts';
import type { FieldSpec } from '../../field/spec.ts';
import type { Raster } from '../../image/raster.ts';
import { pictureProblem } from './coordinate-problem.ts';

export interface CoordinateJob {
  readonly raster: Raster;
  readonly preset: string;
  readonly spec: FieldSpec;
  /** Present where a layer is selected by it. */
  readonly segmentation: RasterSegmentation | null;
  /** Bytes of the file, or null to store the parameters as float32 with the map as it is. */
  readonly bytes: number | null;
  readonly steps: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** A field between two stretches of a fit. */
export interface Draft {
  readonly state: CoordinateState;
  /** The job's, or what has been made of it. */
  readonly segmentation: RasterSegmentation | null;
}

/** Goes on with the draft. */
export function openSession(engine: Engine, job: CoordinateJob, draft: Draft): Promise<CoordinateSession> {
  return engine.fitCoordinates(pictureProblem(job.raster, job.spec, draft.segmentation, draft.state));
}

export function contentsOf(
  { raster, spec, preset }: CoordinateJob,
  { segmentation }: Draft,
  weights: QuantizedWeights | FloatWeights,
): Contents {
  return { ...raster, spec, pyramid: null, segmentation, preset, weights };
}
