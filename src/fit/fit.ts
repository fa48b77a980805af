/**
 * @file A picture becomes the contents of a file: plan the field, fit it in floats (and, where it is segmented, the map
 * with it), choose the quantization steps, settle the weights on their integers.
 */

import type { Contents, FloatWeights, QuantizedWeights } from '../container/contents.ts';
import { writeContents } from '../container/write.ts';
import type { Engine, FitSession } from '../engine/engine.ts';
import { LoecError } from '../errors.ts';
import { initialParameters } from '../field/init.ts';
import { stepOf } from '../field/quantizer.ts';
import type { Segmentation } from '../field/segmentation.ts';
import { type FieldSpec, tensorsOf } from '../field/spec.ts';
import type { Raster } from '../image/raster.ts';
import { fitProblem } from './problem.ts';
import type { ProgressMeter } from './progress.ts';
import { remap } from './remap.ts';
import { baseLearningRate, type Phase, SCHEDULE } from './schedule.ts';
import { fitStepsToSize, quantizeAll, relativeSteps } from './step-search.ts';
import { type StepRange, trainRange } from './train.ts';

export interface FitJob {
  readonly raster: Raster;
  readonly preset: string;
  readonly spec: FieldSpec;
  /** Present where a layer is selected by it. */
  readonly segmentation: Segmentation | null;
  /** Bytes of the file, or null to store the parameters as float32 with the map as it is. */
  readonly bytes: number | null;
  readonly steps: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

interface Floated {
  readonly parameters: Float32Array;
  readonly segmentation: Segmentation | null;
}

/** Where in the float phase the map is simplified: early enough for the field to follow it. */
const REMAP_AT = [0.3, 0.5];

/** The map may take at most this share of the file. */
const MAX_MAP_SHARE = 0.6;

/** A file this much under its size is good enough (the promise is 2 %). */
const SIZE_TOLERANCE = 0.012;

/** Rounds of resizing and training on the new steps at most. */
const TRAINING_ROUNDS = 4;

/** After them, rounds that only resize: training moves the size again, these do not. */
const RESIZING_ROUNDS = 3;

/**
 * Fits the job's field.
 * @throws LoecError E_TARGET where the size can't be met, or E_ABORTED
 */
export async function fitPicture(engine: Engine, job: FitJob, meter: ProgressMeter): Promise<Contents> {
  const floated = await fitFloats(engine, job, meter);
  const contents = (weights: QuantizedWeights | FloatWeights): Contents => ({
    ...job.raster,
    spec: job.spec,
    segmentation: floated.segmentation,
    preset: job.preset,
    weights,
  });
  if (job.bytes === null) return contents({ kind: 'float32', parameters: floated.parameters });
  const session = await openSession(engine, job, floated);
  try {
    return await settle(session, job, contents, job.bytes, meter);
  } finally {
    session.dispose();
  }
}

function openSession(
  engine: Engine,
  job: FitJob,
  { parameters, segmentation }: Floated,
): Promise<FitSession> {
  return engine.fit(fitProblem(job.raster, job.spec, segmentation, parameters));
}

/** The float phase: one stretch of training, or several with the map simplified in between. */
async function fitFloats(engine: Engine, job: FitJob, meter: ProgressMeter): Promise<Floated> {
  const share = job.bytes === null ? 1 : SCHEDULE.float.share;
  const of = Math.max(1, Math.round(share * job.steps));
  const remaps = job.segmentation && job.bytes !== null ? REMAP_AT.map((at) => Math.round(at * of)) : [];
  let state: Floated = {
    parameters: initialParameters(job.spec, job.seed),
    segmentation: job.segmentation,
  };
  let from = 0;
  for (const to of remaps) {
    state = await stretch(engine, job, state, { from, to, of }, meter);
    state = { ...state, segmentation: await simplified(engine, job, state, meter) };
    from = to;
  }
  return stretch(engine, job, state, { from, to: of, of }, meter);
}

/** Trains through part of the float phase. */
async function stretch(
  engine: Engine,
  job: FitJob,
  state: Floated,
  range: StepRange,
  meter: ProgressMeter,
): Promise<Floated> {
  const session = await openSession(engine, job, state);
  try {
    await trainRange(
      session,
      SCHEDULE.float,
      baseLearningRate(job.spec),
      range,
      meter.watch('fit', job.signal),
    );
    return { ...state, parameters: session.readParameters() };
  } finally {
    session.dispose();
  }
}

async function simplified(
  engine: Engine,
  job: FitJob,
  { parameters, segmentation }: Floated,
  meter: ProgressMeter,
): Promise<Segmentation> {
  meter.phase('simplify the map');
  const bytes = job.bytes as number;
  const mapBytes = MAX_MAP_SHARE * bytes;
  const weightBits = 8 * (bytes - mapBytes);
  const field = { spec: job.spec, parameters };
  return remap(engine, field, job.raster, segmentation as Segmentation, { weightBits, mapBytes });
}

/**
 * The quantized phase: train on rounded weights, then alternate between meeting the size and settling on it. The first
 * file that is close enough is the last.
 */
async function settle(
  session: FitSession,
  job: FitJob,
  contents: (weights: QuantizedWeights) => Contents,
  bytes: number,
  meter: ProgressMeter,
): Promise<Contents> {
  meter.phase('quantize');
  const ratios = await relativeSteps(session, job.spec);
  const aim = bytes * (1 - SIZE_TOLERANCE / 2);
  let room = aim - frameBytes(contents, job.spec, ratios);
  const resize = (): number[] => fitStepsToSize(session.readParameters(), job.spec, ratios, room);
  let steps = resize();
  await trainQuantized(session, job, steps, SCHEDULE.quantized, meter);
  for (let round = 0; round < TRAINING_ROUNDS + RESIZING_ROUNDS; round++) {
    steps = resize();
    if (round < TRAINING_ROUNDS) await trainQuantized(session, job, steps, SCHEDULE.final, meter);
    const settled = contents(quantizedWeights(session, job.spec, steps));
    const size = writeContents(settled).length;
    if (size <= bytes && size >= bytes * (1 - SIZE_TOLERANCE)) return settled;
    room += aim - size;
  }
  return withinSize(contents(quantizedWeights(session, job.spec, steps)), bytes);
}

/** @throws LoecError E_TARGET for a file that is larger than `bytes` */
function withinSize(settled: Contents, bytes: number): Contents {
  const size = writeContents(settled).length;
  if (size <= bytes) return settled;
  throw new LoecError(
    'E_TARGET',
    `${bytes} bytes can't be reached with this field: its smallest file has ${size}; ask for more or for a smaller width`,
  );
}

/** Bytes of the file besides the coded weights, but for a few where steps take more digits. */
function frameBytes(
  contents: (weights: QuantizedWeights) => Contents,
  spec: FieldSpec,
  stepIndices: readonly number[],
): number {
  const levels = tensorsOf(spec).map(({ length }) => new Int32Array(length));
  const empty = { kind: 'quantized', stepIndices, levels } as const;
  return writeContents(contents(empty)).length;
}

async function trainQuantized(
  session: FitSession,
  job: FitJob,
  stepIndices: readonly number[],
  phase: Phase,
  meter: ProgressMeter,
): Promise<void> {
  const steps = Float32Array.from(stepIndices, stepOf);
  session.setQuantization({ steps, penalties: new Float32Array(steps.length) });
  const of = Math.max(1, Math.round(phase.share * job.steps));
  const range = { from: 0, to: of, of };
  await trainRange(session, phase, baseLearningRate(job.spec), range, meter.watch('quantize', job.signal));
}

function quantizedWeights(
  session: FitSession,
  spec: FieldSpec,
  stepIndices: readonly number[],
): QuantizedWeights {
  return {
    kind: 'quantized',
    stepIndices,
    levels: quantizeAll(session.readParameters(), spec, stepIndices),
  };
}
