/**
 * @file The quantized phase: train on rounded weights, then alternate between choosing quantization steps for the size and training on
 * them. The first file that is close enough is the last.
 */

import type { QuantizedWeights } from '../../container/contents.ts';
import { writeContents } from '../../container/write.ts';
import type { CoordinateSession } from '../../engine/coordinates.ts';
import { LoecError } from '../../errors.ts';
import { stepOf } from '../../field/quantizer.ts';
import { type FieldSpec, tensorsOf } from '../../field/spec.ts';
import { type CoordinateJob, contentsOf, type Draft, openSession } from './coordinate-job.ts';
import { pictureSamples } from './coordinate-problem.ts';
import { CURVATURE_SAMPLES, fieldCurvatures } from './curvature.ts';
import { type Phase, SCHEDULE } from './phases.ts';
import { quantizeAll, relativeStepIndices, stepIndicesForSize } from './quantization-steps.ts';
import { trainRange } from './train-range.ts';

/** A file this much under its size is good enough (the promise is 2 %). */
const SIZE_TOLERANCE = 0.012;

/** Rounds of resizing and training on the new quantization steps at most. */
const TRAINING_ROUNDS = 4;

/** After them, rounds that only resize: training moves the size again, these do not. */
const RESIZING_ROUNDS = 3;

/**
 * The draft's weights on integers, in a file of at most `bytes`.
 * @throws LoecError E_TARGET where the size can't be met
 */
export async function quantize(job: CoordinateJob, draft: Draft, bytes: number): Promise<QuantizedWeights> {
  const session = await openSession(job, draft);
  try {
    return await trainToSize(session, job, draft, bytes);
  } finally {
    session.dispose();
  }
}

async function trainToSize(
  session: CoordinateSession,
  job: CoordinateJob,
  draft: Draft,
  bytes: number,
): Promise<QuantizedWeights> {
  job.meter.phase('quantize');
  const sizeOf = async (weights: QuantizedWeights): Promise<number> =>
    (await writeContents(contentsOf(job, draft, weights))).length;
  const ratios = await stepRatios(session, job, draft);
  const wanted = bytes * (1 - SIZE_TOLERANCE / 2);
  // Bytes for the coded weights; the frame's own may change by a few where step indices take more digits.
  const zeros = tensorsOf(job.spec).map(({ length }) => new Int32Array(length));
  let room = wanted - (await sizeOf({ kind: 'quantized', stepIndices: ratios, integers: zeros }));
  const resize = async (): Promise<number[]> =>
    stepIndicesForSize(await session.readParameters(), job.spec, ratios, room);
  let stepIndices = await resize();
  await trainQuantized(session, job, stepIndices, SCHEDULE.quantized);
  for (let round = 0; round < TRAINING_ROUNDS + RESIZING_ROUNDS; round++) {
    stepIndices = await resize();
    if (round < TRAINING_ROUNDS) await trainQuantized(session, job, stepIndices, SCHEDULE.final);
    const weights = await quantizedWeights(session, job.spec, stepIndices);
    const size = await sizeOf(weights);
    if (size <= bytes && size >= bytes * (1 - SIZE_TOLERANCE)) return weights;
    room += wanted - size;
  }
  const weights = await quantizedWeights(session, job.spec, stepIndices);
  const size = await sizeOf(weights);
  if (size <= bytes) return weights;
  const found = `its smallest file has ${size}; ask for more or for a smaller width`;
  throw new LoecError('E_TARGET', `${bytes} bytes can't be reached with this field: ${found}`);
}

async function stepRatios(
  session: CoordinateSession,
  { spec, mapped }: CoordinateJob,
  { segmentation }: Draft,
): Promise<number[]> {
  const field = { spec, parameters: await session.readParameters() };
  const samples = pictureSamples(spec, segmentation, mapped.target);
  return relativeStepIndices(spec, fieldCurvatures(field, samples, CURVATURE_SAMPLES));
}

async function trainQuantized(
  session: CoordinateSession,
  job: CoordinateJob,
  stepIndices: readonly number[],
  phase: Phase,
): Promise<void> {
  session.setQuantization(Float32Array.from(stepIndices, stepOf));
  const of = Math.max(1, Math.round(phase.share * job.steps));
  await trainRange(session, job, phase, { from: 0, to: of, of });
}

async function quantizedWeights(
  session: CoordinateSession,
  spec: FieldSpec,
  stepIndices: readonly number[],
): Promise<QuantizedWeights> {
  const integers = quantizeAll(await session.readParameters(), spec, stepIndices);
  return { kind: 'quantized', stepIndices, integers };
}
