/** @file The context model's part of a step: the bits of the latents, and their gradient at weights and latents. */

import type { Block } from '../../../field/blocks.ts';
import type { AffineMap, ContextPart } from '../../../field/model.ts';
import type { Buffers, Order } from '../../../webgpu/gpu.ts';
import { THREADS } from '../../../webgpu/shaders/common.ts';
import type { PyramidProblem } from '../../pyramid.ts';
import { DenseNet } from '../dense.ts';
import { BLOCK_ROWS } from '../shaders/blocks.ts';
import { contextBackKernel, contextKernel, contextPlanes, laplaceKernel } from '../shaders/contexts.ts';
import { type BackPart, type DenseMap, tensorsOfMap } from '../shaders/dense.ts';
import { sumKernel } from '../shaders/fit.ts';
import type { PyramidBuffers } from './buffers.ts';

export interface ContextPass {
  /** Up to the bits. */
  readonly forward: readonly Order[];
  /** The same with the gradients; those at the latents are added to what is there. */
  readonly backward: readonly Order[];
}

export function contextPass(
  buffers: Buffers,
  shared: PyramidBuffers,
  { model }: PyramidProblem,
): ContextPass {
  const { gpu } = buffers;
  const {
    layout,
    planes: latentPlanes,
    values,
    weights,
    weightGradient,
    clock,
    steps,
    losses,
    gradient,
    fieldCount,
  } = shared;
  const planes = contextPlanes(model, layout.latents);
  const blocks = latentBlocks(layout.latents);
  const net = new DenseNet(buffers, {
    maps: contextMaps(model.context, fieldCount),
    planes: planes.outputPlane + 2,
    blocks,
    weights,
    gradient: weightGradient,
  });
  const bits = buffers.zeros(4 * blocks.length);
  const sum = gpu.order(
    sumKernel({ first: 0, last: blocks.length, scale: 1, at: 1, of: 2 }),
    [bits, clock, losses],
    1,
  );
  const chunks = net.chunks(0, blocks.length).map(({ uniform, blocks: count, forward, backward }) => {
    const cost = [uniform, clock, steps, values, net.values, net.deltas, gradient, bits];
    const read = [uniform, latentPlanes, net.deltas, gradient];
    const latentGroups = Math.ceil(layout.latents / THREADS);
    return {
      forward: [
        gpu.order(contextKernel(planes), [uniform, latentPlanes, values, net.values], count),
        ...forward,
        gpu.order(laplaceKernel(planes), cost, count),
      ],
      backward: [...backward, gpu.spread(contextBackKernel(planes, count), read, latentGroups)],
    };
  });
  return {
    forward: [...chunks.flatMap(({ forward }) => forward), sum],
    backward: [...chunks.flatMap(({ forward, backward }) => [...forward, ...backward]), sum],
  };
}

function latentBlocks(latents: number): Block[] {
  return Array.from({ length: Math.ceil(latents / BLOCK_ROWS) }, (_, i) => ({
    tuple: 0,
    first: BLOCK_ROWS * i,
    count: Math.min(BLOCK_ROWS, latents - BLOCK_ROWS * i),
  }));
}

/** h¹ from c, h² from h¹, then μ and s from h² and c. @param first index of the model's first parameter */
function contextMaps({ layers, spec, inputs: { length: inputs } }: ContextPart, first: number): DenseMap[] {
  const { width } = spec;
  const mapOf = (layer: number, from: number, to: number, back: readonly BackPart[]): DenseMap => {
    const { weight, bias, activation } = layers[layer] as AffineMap;
    return {
      ...tensorsOfMap(weight, bias, first),
      from,
      to,
      layer,
      activation,
      omega: 1,
      residual: layer === 1,
      back,
    };
  };
  return [
    mapOf(0, 2 * width, 0, [{ first: 0, count: inputs, mode: 'add' }]),
    mapOf(1, 0, width, [{ first: 0, count: width, mode: 'scale' }]),
    mapOf(2, width, 2 * width + inputs, [
      { first: 0, count: width, mode: 'scale' },
      { first: width, count: inputs, mode: 'set' },
    ]),
  ];
}
