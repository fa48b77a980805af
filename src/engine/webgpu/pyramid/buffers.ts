/** @file What all kernels of a pyramid fit share on the device. */

import type { PyramidLoss, PyramidProblem } from '../../pyramid.ts';
import type { Buffers, Gpu } from '../gpu.ts';
import { STEP_WORDS } from '../shaders/latents.ts';
import { type PlacedPlanes, placePlanes } from './planes.ts';

/** Steps of one command buffer: the GPU is at work on one while the next is written. */
export const MAX_STEPS = 16;

export interface PyramidBuffers {
  readonly placed: PlacedPlanes;
  /** Parameters of the field; the context model's follow. */
  readonly fieldCount: number;
  /** Of both. */
  readonly weightCount: number;
  /** `Plane` of the shaders, per plane. */
  readonly planes: GPUBuffer;
  /** `Step` of the shaders, one per step of a command buffer, and which of them is being taken. */
  readonly steps: GPUBuffer;
  readonly clock: GPUBuffer;
  /** Distortion and bits of each of these steps. */
  readonly losses: GPUBuffer;
  /** Per latent: real values, what the loss sees and its slope, the gradient there, Adam's moments. */
  readonly latents: GPUBuffer;
  readonly values: GPUBuffer;
  readonly slopes: GPUBuffer;
  readonly gradient: GPUBuffer;
  readonly firstMoments: GPUBuffer;
  readonly secondMoments: GPUBuffer;
  /** Parameters of the field, then of the context model. */
  readonly weights: GPUBuffer;
  readonly weightGradient: GPUBuffer;
}

export function pyramidBuffers(buffers: Buffers, problem: PyramidProblem): PyramidBuffers {
  const { field, context } = problem.model;
  const placed = placePlanes(problem.model);
  const fieldCount = field.parameters;
  const weightCount = fieldCount + context.parameters;
  const perLatent = (): GPUBuffer => buffers.zeros(4 * placed.latents);
  return {
    placed,
    fieldCount,
    weightCount,
    planes: buffers.of(placed.words),
    steps: buffers.zeros(4 * STEP_WORDS * MAX_STEPS),
    clock: buffers.zeros(4),
    losses: buffers.zeros(8 * MAX_STEPS),
    latents: perLatent(),
    values: perLatent(),
    slopes: perLatent(),
    gradient: perLatent(),
    firstMoments: perLatent(),
    secondMoments: perLatent(),
    weights: buffers.zeros(4 * weightCount),
    weightGradient: buffers.zeros(4 * weightCount),
  };
}

/** Of the first steps of the last command buffer. */
export async function readLosses(gpu: Gpu, losses: GPUBuffer, count: number): Promise<PyramidLoss[]> {
  const values = await gpu.read(losses, 2 * count);
  return Array.from({ length: count }, (_, i) => ({
    distortion: values[2 * i] as number,
    bits: values[2 * i + 1] as number,
  }));
}
