/** @file What all kernels of a pyramid fit share on the device. */

import type { Buffers, Gpu } from '../../../webgpu/gpu.ts';
import type { PyramidLoss, PyramidProblem } from '../../pyramid.ts';
import { STEP_WORDS } from '../shaders/latents.ts';
import { layOutPlanes } from './planes.ts';

/** Steps of one command buffer: the GPU is at work on one while the next is written. */
export const MAX_STEPS = 16;

export type PyramidBuffers = ReturnType<typeof pyramidBuffers>;

export function pyramidBuffers(buffers: Buffers, problem: PyramidProblem) {
  const { field, context } = problem.model;
  const layout = layOutPlanes(problem.model);
  const weightCount = field.parameters + context.parameters;
  const perLatent = (): GPUBuffer => buffers.zeros(4 * layout.latents);
  return {
    layout,
    /** Parameters of the field; the context model's follow. */
    fieldCount: field.parameters,
    /** Of both. */
    weightCount,
    /** `LatentPlane` of the shaders, per plane. */
    planes: buffers.of(layout.words),
    /** `Step` of the shaders, one per step of a command buffer, and which of them is being taken. */
    steps: buffers.zeros(4 * STEP_WORDS * MAX_STEPS),
    clock: buffers.zeros(4),
    /** Distortion and bits of each of these steps. */
    losses: buffers.zeros(8 * MAX_STEPS),
    /** Per latent: real values, what the loss sees and its slope, the gradient there, Adam's moments. */
    latents: perLatent(),
    values: perLatent(),
    slopes: perLatent(),
    gradient: perLatent(),
    firstMoments: perLatent(),
    secondMoments: perLatent(),
    /** Parameters of the field, then of the context model. */
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
