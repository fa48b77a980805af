/** @file The engine of WebGPU: compute shaders on any vendor's GPU, in Node by Dawn and in browsers. */

import { type FoundAdapter, labelOf } from '../../webgpu/adapter.ts';
import { Gpu } from '../../webgpu/gpu.ts';
import type { Engine } from '../engine.ts';
import { openCoordinates } from '../soap-session.ts';
import { evaluateOnGpu, WebgpuCoordinateSession } from './coordinates/session.ts';
import { WebgpuPyramidSession } from './pyramid/session.ts';

/**
 * @param options.maxRows rows that kernels work on at a time, for tests. @default what a picture of half a megapixel has
 * @param options.threads of distortions that the host works out. @default the machine's cores
 * @throws LoecError E_ENGINE where the GPU gives no device
 */
export async function createWebgpuEngine(
  found: FoundAdapter,
  { maxRows, threads }: { maxRows?: number; threads?: number | undefined } = {},
): Promise<Engine> {
  const gpu = await Gpu.open(found, maxRows);
  return {
    name: 'webgpu',
    description: `webgpu on ${labelOf(found)}`,
    evaluate: (field, samples) => evaluateOnGpu(gpu, field, samples),
    fitCoordinates: (problem) =>
      openCoordinates(problem, (given) => WebgpuCoordinateSession.open(gpu, given)),
    fitPyramid: (problem) => WebgpuPyramidSession.open(gpu, problem, { threads }),
    dispose: async () => gpu.dispose(),
  };
}
