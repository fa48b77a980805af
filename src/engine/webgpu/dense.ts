/** @file A net of dense maps on planes, chunk by chunk of its rows, and the gradient of its parameters. */

import type { Block } from '../../field/blocks.ts';
import { expertOf } from '../../field/selectors.ts';
import type { Buffers, Order } from '../../webgpu/gpu.ts';
import { BLOCK_ROWS } from './shaders/blocks.ts';
import {
  type BackPart,
  backwardKernel,
  type DenseMap,
  forwardKernel,
  mapWords,
  partWords,
  tilesOf,
} from './shaders/dense.ts';
import { gradientKernel, gradientTileCount, reduceGroups, reduceKernel } from './shaders/dense-gradient.ts';

/** Floats of the planes of one chunk: 256 MiB for values, and as many for slopes. */
const MAX_PLANE_FLOATS = 2 ** 26;

/** Pieces that the blocks of a chunk are cut into for the gradient, and floats that their sums may take. */
const MAX_JOBS = 1024;
const MAX_JOB_FLOATS = 2 ** 23;

interface NetPlan {
  readonly maps: readonly DenseMap[];
  /** Of values and of their gradients. */
  readonly planes: number;
  readonly blocks: readonly Block[];
  /** Parameters that the maps see. */
  readonly weights: GPUBuffer;
  readonly gradient: GPUBuffer;
}

/** A chunk's orders. */
interface ChunkOrders {
  /** `Chunk` of the shaders: the first block and the stride. */
  readonly uniform: GPUBuffer;
  readonly blocks: number;
  readonly forward: readonly Order[];
  readonly backward: readonly Order[];
}

export class DenseNet {
  readonly #buffers: Buffers;
  readonly #plan: NetPlan;
  /** [block]: its tuple and how many of its rows are in use. */
  readonly blockBuffer: GPUBuffer;
  /** [planes][stride] */
  readonly values: GPUBuffer;
  /** [planes][stride]: slopes after the forward pass, then gradients. */
  readonly deltas: GPUBuffer;
  /** Rows of a plane. */
  readonly stride: number;
  /** `Map` of the shaders. */
  readonly #maps: readonly GPUBuffer[];
  /** What the jobs of a map sum up to: [job][outputs][inputs + 1]. */
  readonly #partial: GPUBuffer;

  constructor(buffers: Buffers, plan: NetPlan) {
    this.#buffers = buffers;
    this.#plan = plan;
    const { blocks, planes } = plan;
    const rows = Math.min(
      buffers.gpu.maxRows,
      Math.floor(MAX_PLANE_FLOATS / planes),
      blocks.length * BLOCK_ROWS,
    );
    this.stride = BLOCK_ROWS * Math.max(1, Math.floor(rows / BLOCK_ROWS));
    this.values = buffers.zeros(4 * planes * this.stride);
    this.deltas = buffers.zeros(4 * planes * this.stride);
    this.blockBuffer = buffers.of(blockWords(blocks));
    this.#maps = plan.maps.map((map) => buffers.uniform([...mapWords(map)]));
    const partialFloats = plan.maps.map((map) => mapSize(map) * (mostJobs(map) + map.experts));
    this.#partial = buffers.zeros(4 * Math.max(...partialFloats));
  }

  /** The orders of blocks `first` … `last` − 1, in as many chunks as they need. */
  chunks(first: number, last: number): ChunkOrders[] {
    const { blocks } = this.#plan;
    const most = this.stride / BLOCK_ROWS;
    const chunks: ChunkOrders[] = [];
    for (let from = first; from < last; from += most) {
      chunks.push(this.#chunk(blocks.slice(from, Math.min(last, from + most)), from, from === first));
    }
    return chunks;
  }

  #chunk(blocks: readonly Block[], firstBlock: number, isFirst: boolean): ChunkOrders {
    const uniform = this.#buffers.uniform([firstBlock, this.stride]);
    const mapped = this.#plan.maps.map((map, i) => ({ map, common: [uniform, this.#maps[i] as GPUBuffer] }));
    const forward = mapped.map(({ map, common }) => this.#forward(map, common, blocks.length));
    const backward = mapped.map(({ map, common }) => [
      ...this.#gradient(map, common, blocks, isFirst),
      ...map.back.map((part) => this.#backward(map, part, common, blocks.length)),
    ]);
    return { uniform, blocks: blocks.length, forward, backward: backward.reverse().flat() };
  }

  #forward(map: DenseMap, common: readonly GPUBuffer[], blocks: number): Order {
    const bound = [...common, this.blockBuffer, this.#plan.weights, this.values, this.deltas];
    return this.#buffers.gpu.order(forwardKernel(map), bound, tilesOf(map.outputs), blocks);
  }

  #backward(map: DenseMap, part: BackPart, common: readonly GPUBuffer[], blocks: number): Order {
    const words = this.#buffers.uniform([...partWords(part)]);
    const bound = [...common, this.blockBuffer, this.#plan.weights, this.deltas, words];
    return this.#buffers.gpu.order(backwardKernel(map, part), bound, tilesOf(part.count), blocks);
  }

  #gradient(
    map: DenseMap,
    common: readonly GPUBuffer[],
    blocks: readonly Block[],
    isFirst: boolean,
  ): [Order, Order] {
    const buffers = this.#buffers;
    const { jobs, members, starts } = jobsOf(map, blocks);
    const summed = [buffers.of(jobs), buffers.of(members), this.values, this.deltas, this.#partial];
    const reduced = [buffers.of(starts), this.#partial, this.#plan.gradient];
    const tiles = gradientTileCount(map);
    const count = jobs.length / 2;
    const workgroups = reduceGroups(map.experts * mapSize(map), count);
    return [
      buffers.gpu.order(gradientKernel(map), [...common, ...summed], tiles, count),
      buffers.gpu.order(reduceKernel(count, isFirst), [...common, ...reduced], workgroups),
    ];
  }
}

function blockWords(blocks: readonly Block[]): Uint32Array {
  return Uint32Array.from(blocks.flatMap(({ tuple, count }) => [tuple, count]));
}

/** Parameters of one expert of a map. */
function mapSize({ outputs, inputs }: DenseMap): number {
  return outputs * (inputs + 1);
}

/** Jobs of a map, but for what rounding adds per expert. */
function mostJobs(map: DenseMap): number {
  return Math.max(1, Math.min(MAX_JOBS, Math.floor(MAX_JOB_FLOATS / mapSize(map))));
}

/** The blocks of each expert of a map, cut into jobs of nearly equal size. */
function jobsOf(
  map: DenseMap,
  blocks: readonly Block[],
): { jobs: Uint32Array; members: Uint32Array; starts: Uint32Array } {
  const perJob = Math.ceil(blocks.length / mostJobs(map));
  const jobs: number[] = [];
  const members: number[] = [];
  const starts = [0];
  for (let expert = 0; expert < map.experts; expert++) {
    for (const [block, { tuple }] of blocks.entries()) {
      const isOwn = map.experts === 1 || expertOf(tuple, map.layer) === expert;
      if (isOwn) members.push(block);
    }
    for (let first = jobs.at(-1) ?? 0; first < members.length; first += perJob) {
      jobs.push(first, Math.min(members.length, first + perJob));
    }
    starts.push(jobs.length / 2);
  }
  return {
    jobs: Uint32Array.from(jobs),
    members: Uint32Array.from(members),
    starts: Uint32Array.from(starts),
  };
}
