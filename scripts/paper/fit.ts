/** @file One system fitted to one picture as the paper does it: float weights, Adam at one learning rate, the whole picture in every step. */

import type { FieldContents, FloatWeights, QuantizedWeights } from '../../src/container/contents.ts';
import { coordinateParameters } from '../../src/container/coordinate-parameters.ts';
import { writeContents } from '../../src/container/write.ts';
import { decode } from '../../src/decode.ts';
import type { CoordinateProblem, CoordinateSession } from '../../src/engine/coordinates.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { clampStepIndex, MAX_STEP_INDEX, MIN_STEP_INDEX } from '../../src/field/quantizer.ts';
import { parameterCount, tensorsOf } from '../../src/field/spec.ts';
import { pictureSegmentation } from '../../src/fit/coordinates/coordinate-problem.ts';
import { CURVATURE_SAMPLES, fieldCurvatures, spreadSamples } from '../../src/fit/coordinates/curvature.ts';
import {
  finestStepIndex,
  quantizeAll,
  relativeStepIndices,
} from '../../src/fit/coordinates/quantization-steps.ts';
import { NO_JOURNAL } from '../../src/fit/journal/journal.ts';
import { inBatches } from '../../src/fit/step-batches.ts';
import type { Raster } from '../../src/image/raster.ts';
import { UNBOUNDED_LIMITS } from '../../src/limits.ts';
import { psnr } from '../../src/metrics/psnr.ts';
import { plainMapping } from '../../src/samples/mapping.ts';
import { finish, TimeSlices } from '../../src/time-slices.ts';
import { type Protocol, problemOf, specOf } from './protocol.ts';
import type { System } from './systems.ts';

/** A point of the way of a fit. */
export interface CurvePoint {
  readonly step: number;
  /** In dB, of the colours before they are clipped and rounded. */
  readonly psnr: number;
}

/** What a file of the field takes, which the paper does not count. */
export interface Sizes {
  /** A `.loe` file of float32 weights and the exact map. */
  readonly float32: number;
  /** The same, were weights of two bytes. */
  readonly float16: number;
  /** The smallest file of uniformly quantized weights and the exact map that loses no more than LOSS dB. */
  readonly quantized: number;
}

export interface Fitted {
  /** The float32 file, and what it decodes to. */
  readonly file: Uint8Array;
  readonly decoded: Raster;
  /** Of `decoded`. */
  readonly psnr: number;
  readonly curve: readonly CurvePoint[];
  readonly bytes: Sizes;
  readonly quantizedPsnr: number;
  readonly seconds: number;
}

/** dB that quantization may cost. */
const LOSS = 0.1;

/** Points of a curve. */
const POINTS = 50;

/** Colours span [−1, 1]. */
export const psnrOfLoss = (loss: number): number => -10 * Math.log10(loss / 4);

interface FitOptions {
  readonly signal?: AbortSignal;
  /** Told the steps taken. */
  readonly onStep?: (step: number) => void;
}

/** @throws LoecError E_ABORTED */
export async function fitSystem(
  engine: Engine,
  system: System,
  protocol: Protocol,
  raster: Raster,
  options: FitOptions = {},
): Promise<Fitted> {
  const started = performance.now();
  const spec = specOf(system, protocol, raster.channels);
  const segmentation = pictureSegmentation(spec, raster, system.thresholds);
  const problem = problemOf(spec, segmentation, raster, protocol.seed);
  const session = await engine.fitCoordinates(problem);
  try {
    const curve = await train(session, protocol, options);
    const seconds = (performance.now() - started) / 1000;
    const contentsOf = (weights: FloatWeights | QuantizedWeights): FieldContents => {
      return {
        kind: 'field',
        ...raster,
        samples: plainMapping(raster),
        alpha: null,
        spec,
        start: null,
        pyramid: null,
        segmentation,
        enhancement: null,
        preset: system.preset,
        weights,
      };
    };
    const parameters = await session.readParameters();
    const file = await writeContents(contentsOf({ kind: 'float32', parameters }));
    const quantized = await writeContents(contentsOf(await coarsest(session, problem, parameters)));
    const bytes = {
      float32: file.length,
      float16: file.length - 2 * parameterCount(spec),
      quantized: quantized.length,
    };
    const decoded = await decode(file, { limits: UNBOUNDED_LIMITS });
    const quantizedPsnr = psnr(raster, await decode(quantized, { limits: UNBOUNDED_LIMITS }));
    return { file, decoded, psnr: psnr(raster, decoded), curve, bytes, quantizedPsnr, seconds };
  } finally {
    session.dispose();
  }
}

async function train(
  session: CoordinateSession,
  { steps, learningRate }: Protocol,
  { signal, onStep }: FitOptions,
): Promise<CurvePoint[]> {
  const curve: CurvePoint[] = [];
  const every = Math.max(1, Math.floor(steps / POINTS));
  const slices = new TimeSlices(signal);
  await inBatches(NO_JOURNAL, 0, steps, async (from, to) => {
    await slices.pause();
    const losses = await session.train(Array(to - from).fill({ learningRate, batch: 0 }));
    for (const [i, loss] of losses.entries()) {
      if ((from + i) % every === 0) curve.push({ step: from + i, psnr: psnrOfLoss(loss) });
    }
    onStep?.(to);
  });
  curve.push({ step: steps, psnr: psnrOfLoss(await session.loss()) });
  return curve;
}

/**
 * The parameters on the coarsest steps, in the ratios that cost least, that lose at most LOSS dB.
 * @param session has the parameters; it is left with others
 */
async function coarsest(
  session: CoordinateSession,
  { spec, samples }: CoordinateProblem,
  parameters: Float32Array,
): Promise<QuantizedWeights> {
  const curvatures = fieldCurvatures({ spec, parameters }, spreadSamples(samples, CURVATURE_SAMPLES).samples);
  const ratios = relativeStepIndices(spec, curvatures);
  const finest = tensorsOf(spec).map((tensor) => finestStepIndex(parameters, tensor));
  const limit = (await session.loss()) * 10 ** (LOSS / 10);
  // Ratios have no height of their own: `shift` gives them one, in sixteenths of an octave.
  const shifted = (shift: number): QuantizedWeights => {
    const stepIndices = ratios.map((index, i) =>
      clampStepIndex(Math.max(index + shift, finest[i] as number)),
    );
    return { kind: 'quantized', stepIndices, integers: quantizeAll(parameters, spec, stepIndices) };
  };
  let [fine, coarse] = [MIN_STEP_INDEX - Math.max(...ratios), MAX_STEP_INDEX - Math.min(...ratios)];
  while (coarse - fine > 1) {
    const middle = Math.floor((fine + coarse) / 2);
    session.writeParameters(finish(coordinateParameters({ spec, weights: shifted(middle), start: null })));
    if ((await session.loss()) <= limit) fine = middle;
    else coarse = middle;
  }
  return shifted(fine);
}
