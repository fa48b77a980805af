/** @file What all kernels of a pyramid fit share on the device. */

import type { ContextSpec } from '../../../field/context.ts';
import { contextTensors } from '../../../field/context.ts';
import { inputWidth, parameterCount, valueCount } from '../../../field/spec.ts';
import type { PyramidProblem } from '../../pyramid.ts';
import type { Buffers } from '../gpu.ts';
import { type PlacedGrids, placeGrids } from './grids.ts';

export interface PyramidBuffers {
  readonly placed: PlacedGrids;
  /** Parameters of the field; the context model's follow. */
  readonly fieldCount: number;
  /** Of both. */
  readonly weightCount: number;
  /** `Grid` of the shaders, per grid. */
  readonly grids: GPUBuffer;
  /** `Step` of the shaders. */
  readonly step: GPUBuffer;
  /** Per latent: real values, what the loss sees and its slope, the gradient there, Adam's moments. */
  readonly latents: GPUBuffer;
  readonly values: GPUBuffer;
  readonly slopes: GPUBuffer;
  readonly gradient: GPUBuffer;
  readonly firstMoments: GPUBuffer;
  readonly secondMoments: GPUBuffer;
  /** Parameters of the field, then of the context model. */
  readonly weights: GPUBuffer;
  /** Their gradients, then distortion and bits. */
  readonly results: GPUBuffer;
}

export function pyramidBuffers(buffers: Buffers, problem: PyramidProblem): PyramidBuffers {
  const placed = placeGrids(problem.raster, inputWidth(problem.spec));
  const fieldCount = parameterCount(problem.spec);
  const weightCount = fieldCount + contextCount(problem.context);
  const perLatent = (): GPUBuffer => buffers.zeros(4 * placed.latents);
  return {
    placed,
    fieldCount,
    weightCount,
    grids: buffers.of(placed.words),
    step: buffers.uniform(new Array(8).fill(0)),
    latents: perLatent(),
    values: perLatent(),
    slopes: perLatent(),
    gradient: perLatent(),
    firstMoments: perLatent(),
    secondMoments: perLatent(),
    weights: buffers.zeros(4 * weightCount),
    results: buffers.zeros(4 * (weightCount + 2)),
  };
}

function contextCount(context: ContextSpec): number {
  return valueCount(contextTensors(context));
}
