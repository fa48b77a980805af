/** @file What a fit of a coordinate field is asked for, and the field on its way there. */

import type { FieldContents, FloatWeights, QuantizedWeights } from '../../container/contents.ts';
import { writePlanarPart } from '../../distortion/planar.ts';
import type { CoordinateOptimizer, CoordinateProblem, CoordinateState } from '../../engine/coordinates.ts';
import type { Engine } from '../../engine/engine.ts';
import { initialParameters, OF_FILES, PUBLISHED } from '../../field/init.ts';
import { mixedOutputs } from '../../field/mix.ts';
import { presetSpec } from '../../field/presets.ts';
import type { RasterSegmentation } from '../../field/segmentation.ts';
import { type FieldSpec, outputWidth } from '../../field/spec.ts';
import type { Size } from '../../image/raster.ts';
import type { MappedPicture } from '../../samples/to-outputs.ts';
import type { Journal } from '../journal/journal.ts';
import type { CheckedOptions } from '../options.ts';
import type { ProgressMeter } from '../progress-meter.ts';
import { pictureProblem, pictureSegmentation, pictureStrips } from './coordinate-problem.ts';
import type { MovingTargets } from './moving-targets.ts';
import { EFFORT_STEPS, type FieldRequest, PAPER_WIDTH, specForSize } from './width-plan.ts';

export interface CoordinateJob {
  readonly engine: Engine;
  readonly mapped: MappedPicture;
  readonly request: FieldRequest;
  /** The field that the fit begins with. */
  readonly spec: FieldSpec;
  /** Whether the fit may widen it: its width was not asked for. */
  readonly isPlanned: boolean;
  /** The picture's own classes; present where a layer is selected by them. */
  readonly segmentation: RasterSegmentation | null;
  /** Bytes of the file, or null to store the parameters as float32 with the label map as it is. */
  readonly bytes: number | null;
  readonly steps: number;
  readonly meter: ProgressMeter;
  readonly seed: number;
  readonly journal: Journal;
  /** null where the picture's values are the targets. */
  readonly targets: MovingTargets | null;
}

export function coordinateJob(
  engine: Engine,
  mapped: MappedPicture,
  request: FieldRequest,
  options: CheckedOptions,
  bytes: number | null,
  meter: ProgressMeter,
  journal: Journal,
  targets: MovingTargets | null,
): CoordinateJob {
  const { width, thresholds, seed } = options;
  const steps = stepsOf(options);
  const isPlanned = width === undefined && bytes !== null;
  const spec = isPlanned
    ? specForSize(request, bytes)
    : presetSpec(request.preset, { ...request, width: width ?? PAPER_WIDTH });
  return {
    engine,
    mapped,
    request,
    spec,
    isPlanned,
    segmentation: pictureSegmentation(spec, mapped.target, thresholds),
    bytes,
    steps,
    meter,
    seed: seed >>> 0,
    journal,
    targets,
  };
}

/** Training steps of a fit. */
function stepsOf({ steps, effort }: CheckedOptions): number {
  return steps ?? (EFFORT_STEPS[effort - 1] as number);
}

/** Float32 weights are fitted as the paper does it. */
export function optimizerOf({ bytes }: CoordinateJob): CoordinateOptimizer {
  return bytes === null ? 'adam' : 'soap';
}

/** What a field of the job begins with. */
export function startOf(job: CoordinateJob, spec: FieldSpec): Float32Array {
  return initialParameters(spec, job.seed, optimizerOf(job) === 'adam' ? PUBLISHED : OF_FILES);
}

/** A field between two parts of a fit. */
export interface Draft {
  readonly spec: FieldSpec;
  readonly state: CoordinateState;
  /** The job's, or what has been made of it. */
  readonly segmentation: RasterSegmentation | null;
}

/** What the draft makes of a picture of the size, planar: [channels, pixels]. */
export async function pictureOutputs(
  engine: Engine,
  { spec, state, segmentation }: Draft,
  size: Size,
): Promise<Float32Array> {
  const field = { spec, parameters: state.parameters };
  const channels = outputWidth(spec);
  const outputs = new Float32Array(channels * size.width * size.height);
  for (const { first, samples } of pictureStrips(spec, segmentation, size)) {
    const values = mixedOutputs(await engine.evaluate(field, samples), samples.mix);
    writePlanarPart(outputs, values, channels, first);
  }
  return outputs;
}

/** What goes on with the draft. */
export function problemOf(
  { mapped }: CoordinateJob,
  { spec, segmentation, state }: Draft,
): CoordinateProblem {
  return pictureProblem(mapped.target, spec, segmentation, state);
}

export function contentsOf(
  { mapped: { picture, samples, alpha }, request, seed }: Pick<CoordinateJob, 'mapped' | 'request' | 'seed'>,
  { spec, segmentation }: Pick<Draft, 'spec' | 'segmentation'>,
  weights: QuantizedWeights | FloatWeights,
): FieldContents {
  return {
    kind: 'field',
    ...picture,
    samples,
    alpha,
    spec,
    start: { seed },
    pyramid: null,
    segmentation,
    enhancement: null,
    preset: request.preset,
    weights,
  };
}
