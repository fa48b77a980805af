/** @file A fit of a coordinate field on the GPU: many steps are handed over at once, and nothing is read back between them. */

import type { LocalModel } from '../../../distortion/distortion.ts';
import { interleavedOf, planarOf } from '../../../distortion/planar.ts';
import { type Block, type Blocks, blocksOf } from '../../../field/blocks.ts';
import { type Deal, dealBlocks } from '../../../field/mini-batches.ts';
import type { Samples } from '../../../field/selectors.ts';
import { type Field, type FieldSpec, outputWidth, parameterCount } from '../../../field/spec.ts';
import { Buffers, type Gpu, type Order } from '../../../webgpu/gpu.ts';
import { THREADS } from '../../../webgpu/shaders/common.ts';
import { adamRates } from '../../adam.ts';
import { AdamSession, type LossAndGradient } from '../../adam-session.ts';
import {
  ADAM,
  type AdamCoordinateState,
  type CoordinateProblem,
  type CoordinateSession,
  type CoordinateStep,
} from '../../coordinates.ts';
import { DenseNet } from '../dense.ts';
import { fieldMaps } from '../layers.ts';
import { BLOCK_ROWS } from '../shaders/blocks.ts';
import {
  ADVANCE_KERNEL,
  adamKernel,
  errorKernel,
  loadKernel,
  storeKernel,
  sumKernel,
} from '../shaders/fit.ts';

/** Steps of one command buffer: the GPU is at work on one while the next is written. */
const MAX_STEPS = 16;

type Problem = CoordinateProblem<AdamCoordinateState>;

/** The orders of one mini-batch, or of all positions. */
interface Batch {
  /** Up to the errors and their mean. */
  readonly forward: readonly Order[];
  /** The same, with the gradient. */
  readonly gradient: readonly Order[];
}

export class WebgpuCoordinateSession extends AdamSession implements CoordinateSession {
  readonly #gpu: Gpu;
  /** Parameters of the field. */
  readonly #count: number;
  readonly #buffers: Buffers;
  readonly #theta: GPUBuffer;
  readonly #firstMoments: GPUBuffer;
  readonly #secondMoments: GPUBuffer;
  readonly #gradient: GPUBuffer;
  /** The step that is being taken, counted from the first of the command buffer. */
  readonly #clock: GPUBuffer;
  readonly #rates: GPUBuffer;
  readonly #losses: GPUBuffer;
  readonly #update: readonly Order[];
  readonly #deal: Deal;
  readonly #channels: number;
  /** [channels][rows of all blocks], as are their weights. */
  readonly #targets: GPUBuffer;
  readonly #targetWeights: GPUBuffer;
  readonly #batches: readonly Batch[];
  readonly #everything: Batch;
  readonly #net: PositionedNet;
  /** What writes the outputs of all positions, and where; null before they are asked for. */
  #collection: { readonly orders: readonly Order[]; readonly outputs: GPUBuffer } | null = null;
  #stepsTaken: number;

  /** @throws LoecError E_LIMIT where a buffer would be larger than the device allows, E_ENGINE where the device fails */
  static open(gpu: Gpu, problem: Problem): Promise<WebgpuCoordinateSession> {
    return Buffers.open(gpu, (buffers) => new WebgpuCoordinateSession(buffers, problem));
  }

  private constructor(buffers: Buffers, problem: Problem) {
    super();
    const { spec, samples, targets, targetWeights = null, start } = problem;
    const count = parameterCount(spec);
    const { gpu } = buffers;
    this.#gpu = gpu;
    this.#count = count;
    this.#buffers = buffers;
    this.#theta = buffers.of(start.parameters);
    this.#firstMoments = buffers.of(start.firstMoments);
    this.#secondMoments = buffers.of(start.secondMoments);
    this.#stepsTaken = start.stepsTaken;
    this.#gradient = buffers.zeros(4 * count);
    this.#clock = buffers.zeros(4);
    this.#rates = buffers.zeros(8 * MAX_STEPS);
    this.#losses = buffers.zeros(4 * MAX_STEPS);
    const workgroups = Math.ceil(count / THREADS);
    const moments = [this.#firstMoments, this.#secondMoments];
    const updated = [this.#clock, this.#rates, this.#gradient, ...moments, this.#theta];
    this.#update = [
      gpu.order(adamKernel(count), updated, workgroups),
      gpu.order(ADVANCE_KERNEL, [this.#clock], 1),
    ];
    this.#deal = dealBlocks(samples.tuples, problem.batches, BLOCK_ROWS);
    this.#channels = outputWidth(spec);
    this.#targets = buffers.zeros(this.#outputBytes);
    this.#targetWeights = buffers.zeros(this.#outputBytes);
    this.#setTargets(targets, targetWeights);
    this.#net = fieldNet(buffers, spec, samples, this.#deal, this.#theta, this.#gradient);
    [this.#everything, ...this.#batches] = this.#lay(this.#net);
  }

  get batches(): number {
    return this.#batches.length;
  }

  async train(steps: readonly CoordinateStep[]): Promise<Float32Array> {
    const losses: Promise<Float32Array>[] = [];
    for (let first = 0; first < steps.length; first += MAX_STEPS) {
      losses.push(this.#trainSome(steps.slice(first, first + MAX_STEPS)));
    }
    return Float32Array.from((await Promise.all(losses)).flatMap((some) => [...some]));
  }

  #trainSome(steps: readonly CoordinateStep[]): Promise<Float32Array> {
    const rates = steps.flatMap(({ learningRate }) => {
      this.#stepsTaken++;
      const { rate, secondCorrection } = adamRates(ADAM, learningRate, this.#stepsTaken);
      return [rate, secondCorrection];
    });
    this.#gpu.write(this.#rates, Float32Array.from(rates));
    this.#resetClock();
    this.#gpu.run(steps.flatMap(({ batch }) => [...this.#batch(batch).gradient, ...this.#update]));
    return this.#gpu.read(this.#losses, steps.length);
  }

  protected aimAt({ targets, weights }: LocalModel): void {
    this.#setTargets(interleavedOf(targets, this.#channels), interleavedOf(weights, this.#channels));
  }

  #setTargets(targets: Float32Array, weights: Float32Array | null): void {
    const ones = (): Float32Array => new Float32Array(targets.length).fill(1);
    this.#gpu.write(this.#targets, tableOf(targets, this.#deal));
    this.#gpu.write(this.#targetWeights, tableOf(weights ?? ones(), this.#deal));
  }

  async outputs(): Promise<Float32Array> {
    this.#collection ??= this.#layCollection();
    const { orders, outputs } = this.#collection;
    this.#gpu.run(orders);
    const rows = rowsOf(await this.#gpu.read(outputs, this.#outputBytes / 4), this.#channels, this.#deal);
    return planarOf(rows, this.#channels);
  }

  #layCollection() {
    const outputs = this.#buffers.zeros(this.#outputBytes);
    return { outputs, orders: collectOrders(this.#gpu, this.#net, this.#deal, this.#channels, outputs) };
  }

  get #outputBytes(): number {
    return 4 * this.#channels * BLOCK_ROWS * this.#deal.blocks.length;
  }

  async loss(batch?: number): Promise<number> {
    this.#resetClock();
    this.#gpu.run(this.#batch(batch).forward);
    const [loss] = await this.#gpu.read(this.#losses, 1);
    return loss as number;
  }

  override async lossAndGradient(batch?: number): Promise<LossAndGradient> {
    this.#resetClock();
    this.#gpu.run(this.#batch(batch).gradient);
    const [[loss], gradient] = await Promise.all([
      this.#gpu.read(this.#losses, 1),
      this.#read(this.#gradient),
    ]);
    return { loss: loss as number, gradient };
  }

  readParameters(): Promise<Float32Array> {
    return this.#read(this.#theta);
  }

  writeParameters(parameters: Float32Array): void {
    this.#gpu.write(this.#theta, parameters);
  }

  async readState(): Promise<AdamCoordinateState> {
    return {
      optimizer: 'adam',
      parameters: await this.#read(this.#theta),
      firstMoments: await this.#read(this.#firstMoments),
      secondMoments: await this.#read(this.#secondMoments),
      stepsTaken: this.#stepsTaken,
    };
  }

  dispose(): void {
    this.#buffers.dispose();
  }

  #read(buffer: GPUBuffer): Promise<Float32Array> {
    return this.#gpu.read(buffer, this.#count);
  }

  #resetClock(): void {
    this.#gpu.write(this.#clock, Uint32Array.of(0));
  }

  /** All positions where there is no index. */
  #batch(index?: number): Batch {
    if (index === undefined) return this.#everything;
    return this.#batches[index % this.#batches.length] as Batch;
  }

  /** All positions first, then the mini-batches. */
  #lay({ net, outputPlane, chunks }: PositionedNet): [Batch, ...Batch[]] {
    const gpu = this.#gpu;
    const channels = this.#channels;
    const { blocks, batchStarts } = this.#deal;
    const rows = BLOCK_ROWS * blocks.length;
    const errors = this.#buffers.zeros(4 * blocks.length);
    const wanted = [this.#targets, this.#targetWeights];
    const batchOf = (first: number, last: number): Batch => {
      const values = channels * positionsOf(blocks.slice(first, last));
      const mean = sumKernel({ first, last, scale: 1 / values, at: 0, of: 1 });
      const loss = gpu.order(mean, [errors, this.#clock, this.#losses], 1);
      const error = errorKernel(channels, rows, outputPlane, values);
      const orders = chunks(first, last).map(({ uniform, blocks: count, forward, backward }) => {
        const compared = [uniform, net.blockBuffer, ...wanted, net.values, net.deltas, errors];
        return { forward: [...forward, gpu.order(error, compared, count)], backward };
      });
      return {
        forward: [...orders.flatMap(({ forward }) => forward), loss],
        gradient: [...orders.flatMap(({ forward, backward }) => [...forward, ...backward]), loss],
      };
    };
    const smaller = batchStarts.slice(1).map((last, batch) => batchOf(batchStarts[batch] as number, last));
    return [batchOf(0, blocks.length), ...smaller];
  }
}

function positionsOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { count }) => sum + count, 0);
}

/** A field at positions; its chunks' orders begin with the positions. */
function fieldNet(
  buffers: Buffers,
  spec: FieldSpec,
  samples: Samples,
  deal: Blocks,
  weights: GPUBuffer,
  gradient: GPUBuffer,
) {
  const { maps, planes, outputPlane } = fieldMaps(spec, false);
  const { blocks } = deal;
  const net = new DenseNet(buffers, { maps, planes, blocks, weights, gradient });
  const coordinates = buffers.of(tableOf(samples.coordinates, deal));
  const load = loadKernel(2, BLOCK_ROWS * blocks.length);
  const chunks = (first: number, last: number) =>
    net.chunks(first, last).map((chunk) => {
      const order = buffers.gpu.order(load, [chunk.uniform, coordinates, net.values], chunk.blocks);
      return { ...chunk, forward: [order, ...chunk.forward] };
    });
  return { net, outputPlane, chunks };
}

type PositionedNet = ReturnType<typeof fieldNet>;

/** Evaluates the field and stores its outputs: [channels][rows of all blocks]. */
function collectOrders(
  gpu: Gpu,
  { net, outputPlane, chunks }: PositionedNet,
  { blocks: all }: Blocks,
  channels: number,
  outputs: GPUBuffer,
): Order[] {
  const collect = storeKernel(channels, BLOCK_ROWS * all.length, outputPlane);
  return chunks(0, all.length).flatMap(({ uniform, blocks, forward }) => [
    ...forward,
    gpu.order(collect, [uniform, outputs, net.values], blocks),
  ]);
}

/** The outputs of a field at positions: [count, channels]. */
export function evaluateOnGpu(
  gpu: Gpu,
  { spec, parameters }: Field,
  samples: Samples,
): Promise<Float32Array> {
  return Buffers.open(gpu, async (buffers) => {
    const deal = blocksOf(samples.tuples, BLOCK_ROWS);
    const channels = outputWidth(spec);
    const rows = BLOCK_ROWS * deal.blocks.length;
    const weights = buffers.of(parameters);
    const net = fieldNet(buffers, spec, samples, deal, weights, weights);
    const outputs = buffers.zeros(4 * channels * rows);
    gpu.run(collectOrders(gpu, net, deal, channels, outputs));
    const values = rowsOf(await gpu.read(outputs, channels * rows), channels, deal);
    buffers.dispose();
    return values;
  });
}

/** [columns][rows of all blocks] from [positions, columns]; zeros where a block has fewer positions than rows. */
function tableOf(values: Float32Array, deal: Blocks): Float32Array {
  const columns = values.length / deal.order.length;
  const table = new Float32Array(columns * BLOCK_ROWS * deal.blocks.length);
  forEachValue(deal, columns, (value, cell) => {
    table[cell] = values[value] as number;
  });
  return table;
}

/** The inverse of `tableOf`. */
function rowsOf(table: Float32Array, columns: number, deal: Blocks): Float32Array {
  const values = new Float32Array(columns * deal.order.length);
  forEachValue(deal, columns, (value, cell) => {
    values[value] = table[cell] as number;
  });
  return values;
}

/** Visits the values of dealt positions with their indices in [positions, columns] and in [columns][rows of all blocks]. */
function forEachValue(
  { order, blocks }: Blocks,
  columns: number,
  visit: (value: number, cell: number) => void,
): void {
  const rows = BLOCK_ROWS * blocks.length;
  for (const [index, { first, count }] of blocks.entries()) {
    for (let i = 0; i < count; i++) {
      const value = columns * (order[first + i] as number);
      const cell = BLOCK_ROWS * index + i;
      for (let column = 0; column < columns; column++) visit(value + column, column * rows + cell);
    }
  }
}
