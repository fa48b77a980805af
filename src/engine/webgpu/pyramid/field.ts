/** @file The field's part of a step: latents to colours, and from the gradient at these back to weights and latents. */

import { type Blocks, blocksOf } from '../../../field/blocks.ts';
import type { Model } from '../../../field/model.ts';
import type { Buffers, Order } from '../../../webgpu/gpu.ts';
import { THREADS } from '../../../webgpu/shaders/common.ts';
import type { PyramidProblem } from '../../pyramid.ts';
import { DenseNet } from '../dense.ts';
import { fieldMaps } from '../layers.ts';
import { BLOCK_ROWS } from '../shaders/blocks.ts';
import {
  type FilterMap,
  filterBackKernel,
  filterGradientKernel,
  filterKernel,
  filterReduceKernel,
  filterSize,
  filterTiles,
  MAX_FILTER_GROUPS,
} from '../shaders/filters.ts';
import { gatherAcrossKernel, gatherDownKernel, interpolateKernel } from '../shaders/interpolation.ts';
import { toPixelsKernel, toRowsKernel } from '../shaders/pixels.ts';
import type { PyramidBuffers } from './buffers.ts';

export class FieldPass {
  readonly #problem: PyramidProblem;
  readonly #buffers: Buffers;
  readonly #shared: PyramidBuffers;
  readonly #filters: readonly FilterMap[];
  /** Before the first filter and after each: [channels][pixels]. */
  readonly #stages: readonly GPUBuffer[];
  /** Gradients after and before a filter, in turn. */
  readonly #deltas: readonly [GPUBuffer, GPUBuffer];
  /** [latent planes][pixels]: gradients at what pixels read. */
  readonly #inputGradients: GPUBuffer;
  readonly #across: GPUBuffer;
  /** From the colours before the filters to those after them, and back from the gradient at these. */
  readonly #filterOrders: { readonly forward: readonly Order[]; readonly backward: readonly Order[] };
  readonly #gather: readonly Order[];
  /** Those of the layers, which new tuples replace. */
  #layerBuffers: Buffers;
  /** Latents to colours, and from the colours' gradient to that at what pixels read. */
  #layers: { readonly forward: readonly Order[]; readonly backward: readonly Order[] };

  constructor(buffers: Buffers, shared: PyramidBuffers, problem: PyramidProblem) {
    const { model, raster, tuples } = problem;
    const pixels = raster.width * raster.height;
    const { channels } = model;
    const planes = (): GPUBuffer => buffers.zeros(4 * channels * pixels);
    this.#problem = problem;
    this.#buffers = buffers;
    this.#shared = shared;
    this.#filters = filterMaps(model);
    this.#stages = [planes(), ...this.#filters.map(planes)];
    this.#deltas = [planes(), planes()];
    this.#inputGradients = buffers.zeros(4 * model.planes.length * pixels);
    this.#across = buffers.zeros(4 * shared.layout.across);
    this.#filterOrders = { forward: this.#filterForward(), backward: this.#filterBackward() };
    this.#gather = this.#gatherLatents();
    this.#layerBuffers = buffers.part();
    this.#layers = this.#layLayers(tuples ?? new Uint32Array(pixels));
  }

  /** Up to `outputs`. */
  get forward(): Order[] {
    return [...this.#layers.forward, ...this.#filterOrders.forward];
  }

  /** From `outputDeltas` to the gradients at weights and latents. */
  get backward(): Order[] {
    return [...this.#filterOrders.backward, ...this.#layers.backward, ...this.#gather];
  }

  /** Replaces the experts of the pixels. */
  writeTuples(tuples: Uint32Array): void {
    this.#layerBuffers = this.#buffers.part(this.#layerBuffers);
    this.#layers = this.#layLayers(tuples);
  }

  /** Colours in [−1, 1], not clipped, after `forward`: [channels][pixels]. */
  get outputs(): GPUBuffer {
    return this.#stages.at(-1) as GPUBuffer;
  }

  /** The gradient at them, which `backward` begins with. */
  get outputDeltas(): GPUBuffer {
    return this.#deltaBefore(this.#filters.length);
  }

  /** Latents to the colours before the filters, and back from their gradients to those at what pixels read. */
  #layLayers(tuples: Uint32Array): { forward: Order[]; backward: Order[] } {
    const { model } = this.#problem;
    const { gpu } = this.#buffers;
    const { planes: latentPlanes, values, weights, weightGradient } = this.#shared;
    const count = model.width * model.height;
    const { channels } = model;
    const { maps, planes, outputPlane } = fieldMaps(model.field.spec, true);
    const deal = blocksOf(tuples, BLOCK_ROWS);
    const { blocks } = deal;
    const net = new DenseNet(this.#layerBuffers, { maps, planes, blocks, weights, gradient: weightGradient });
    const pixels = this.#layerBuffers.of(pixelsOf(deal));
    const interpolate = interpolateKernel(model);
    const chunks = net.chunks(0, blocks.length).map((chunk) => {
      const { uniform, blocks: workgroups } = chunk;
      const rows = [uniform, net.blockBuffer, pixels];
      const onward = [
        gpu.order(interpolate, [uniform, latentPlanes, pixels, values, net.values], workgroups),
        ...chunk.forward,
      ];
      const colours = [...rows, net.values, this.#stages[0] as GPUBuffer];
      const outputDeltas = [...rows, this.#deltaBefore(0), net.deltas];
      const inputDeltas = [...rows, net.deltas, this.#inputGradients];
      return {
        forward: [...onward, gpu.order(toPixelsKernel(outputPlane, channels, count), colours, workgroups)],
        onward,
        backward: [
          gpu.order(toRowsKernel(outputPlane, channels, count), outputDeltas, workgroups),
          ...chunk.backward,
          gpu.order(toPixelsKernel(0, model.planes.length, count), inputDeltas, workgroups),
        ],
      };
    });
    // A single chunk's planes are still there when its turn comes to go back.
    const again = chunks.length > 1;
    return {
      forward: chunks.flatMap(({ forward }) => forward),
      backward: chunks.flatMap(({ onward, backward }) => (again ? [...onward, ...backward] : backward)),
    };
  }

  #filterForward(): Order[] {
    const { gpu } = this.#buffers;
    return this.#filters.map((map, i) => {
      const bound = [this.#shared.weights, this.#stages[i] as GPUBuffer, this.#stages[i + 1] as GPUBuffer];
      return gpu.spread(filterKernel(map), bound, Math.ceil((map.width * map.height) / THREADS));
    });
  }

  /** The gradient before filter `index`, or after the last one. */
  #deltaBefore(index: number): GPUBuffer {
    return this.#deltas[(this.#filters.length - index) % 2] as GPUBuffer;
  }

  #filterBackward(): Order[] {
    const { gpu } = this.#buffers;
    const { weights, weightGradient } = this.#shared;
    const orders = this.#filters.map((map, i) => {
      const after = this.#deltaBefore(i + 1);
      const size = filterSize(map.channels);
      const groups = Math.min(MAX_FILTER_GROUPS, filterTiles(map));
      const partial = this.#buffers.zeros(4 * groups * size);
      const pixelGroups = Math.ceil((map.width * map.height) / THREADS);
      return [
        gpu.order(filterGradientKernel(map), [this.#stages[i] as GPUBuffer, after, partial], groups),
        gpu.order(filterReduceKernel(map, groups), [partial, weightGradient], size),
        gpu.spread(filterBackKernel(map), [weights, after, this.#deltaBefore(i)], pixelGroups),
      ];
    });
    return orders.reverse().flat();
  }

  #gatherLatents(): Order[] {
    const { gpu } = this.#buffers;
    const { model } = this.#problem;
    const { planes, gradient, layout } = this.#shared;
    const across = [planes, this.#inputGradients, this.#across];
    const acrossKernel = gatherAcrossKernel(model, layout.across);
    const downKernel = gatherDownKernel(model, layout.latents);
    const down = gpu.spread(downKernel, [...across, gradient], Math.ceil(layout.latents / THREADS));
    if (layout.across === 0) return [down];
    return [gpu.spread(acrossKernel, across, Math.ceil(layout.across / THREADS)), down];
  }
}

function filterMaps({ width, height, channels, field }: Model): FilterMap[] {
  return field.filters.map(({ weight, bias }) => {
    return { channels, width, height, weight: weight.offset, bias: bias.offset };
  });
}

/** [rows of all blocks]: the pixel of each; 0 where a block has fewer pixels than rows. */
function pixelsOf({ order, blocks }: Blocks): Uint32Array {
  const pixels = new Uint32Array(BLOCK_ROWS * blocks.length);
  for (const [index, { first, count }] of blocks.entries()) {
    pixels.set(order.subarray(first, first + count), BLOCK_ROWS * index);
  }
  return pixels;
}
