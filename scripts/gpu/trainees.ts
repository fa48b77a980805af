/** @file The fits that are timed, on the GPU and beside it on the CPU. */

import type {
  AdamCoordinateState,
  CoordinateProblem,
  CoordinateSession,
} from '../../src/engine/coordinates.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { PyramidProblem, PyramidSession } from '../../src/engine/pyramid.ts';
import { SOAP } from '../../src/engine/soap.ts';
import { WebgpuCoordinateSession } from '../../src/engine/webgpu/coordinates/session.ts';
import { WebgpuPyramidSession } from '../../src/engine/webgpu/pyramid/session.ts';
import type { Raster } from '../../src/image/raster.ts';
import type { Gpu } from '../../src/webgpu/gpu.ts';
import { coordinateProblem, pyramidProblem, pyramidStep } from './problems.ts';
import { coordinateWork, pyramidWork, type WorkOfKernels } from './work.ts';

/** Steps after which all kinds of steps have been: SOAP begins with the first one, and its bases turn every so many. */
export const ROUND = SOAP.refreshEvery;

/** A fit under way. */
interface Training {
  /** Takes so many steps, the first of them being step `first`. */
  train(first: number, count: number): Promise<unknown>;
  dispose(): void;
}

export interface Trainee {
  /** As `torch_steps.py` has it. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  readonly work: WorkOfKernels;
  onGpu(gpu: Gpu): Promise<Training>;
  onCpu(engine: Engine): Promise<Training>;
}

/** @param width of the coordinate fields */
export function createTrainees(raster: Raster, width: number): Trainee[] {
  return [
    coordinateTrainee('siren', `\`siren\`, width ${width}`, coordinateProblem('siren', width, raster)),
    coordinateTrainee('seg-loe', `\`seg-loe\`, width ${width}`, coordinateProblem('seg-loe', width, raster)),
    pyramidTrainee('small', '`pyramid`, small networks', pyramidProblem('small', raster, 'psnr')),
    pyramidTrainee('large', '`pyramid`, large networks', pyramidProblem('large', raster, 'psnr')),
    pyramidTrainee(
      'visual',
      '`pyramid`, small networks, `--tune visual`',
      pyramidProblem('small', raster, 'visual'),
    ),
  ];
}

function coordinateTrainee(
  name: string,
  label: string,
  problem: CoordinateProblem<AdamCoordinateState>,
): Trainee {
  const step = { learningRate: 1e-4, batch: 0 };
  const training = (session: CoordinateSession): Training => ({
    train: (_, count) => session.train(Array(count).fill(step)),
    dispose: () => session.dispose(),
  });
  return {
    name,
    label,
    work: coordinateWork(problem),
    onGpu: async (gpu) => training(await WebgpuCoordinateSession.open(gpu, problem)),
    onCpu: async (engine) => training(await engine.fitCoordinates(problem)),
  };
}

function pyramidTrainee(name: string, label: string, problem: PyramidProblem): Trainee {
  const training = (session: PyramidSession): Training => ({
    train: (first, count) => session.train(Array.from({ length: count }, (_, i) => pyramidStep(first + i))),
    dispose: () => session.dispose(),
  });
  return {
    name,
    label,
    work: pyramidWork(problem),
    onGpu: async (gpu) => training(await WebgpuPyramidSession.open(gpu, problem)),
    onCpu: async (engine) => training(await engine.fitPyramid(problem)),
  };
}

/** Milliseconds per step, after a round to warm up. */
export async function stepTime(training: Training, steps: number): Promise<number> {
  await training.train(0, ROUND + 1);
  const started = performance.now();
  await training.train(ROUND + 1, steps);
  return (performance.now() - started) / steps;
}
