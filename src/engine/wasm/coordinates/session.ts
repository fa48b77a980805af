/** @file A fit in the kernels' memory. */

import type { LocalModel } from '../../../distortion/distortion.ts';
import { gatherPlanar, scatterPlanar } from '../../../distortion/planar.ts';
import { type Deal, dealBlocks } from '../../../field/mini-batches.ts';
import { type Layout, layoutOf, OMEGA, pack, unpack } from '../../../render/coordinates/layout.ts';
import { planMemory } from '../../../render/coordinates/plan.ts';
import { gather, MappedProblem } from '../../../render/coordinates/problem.ts';
import { PAGE_BYTES, roundUp } from '../../../wasm/pages.ts';
import type { Region } from '../../../wasm/shared-memory.ts';
import { adamRates } from '../../adam.ts';
import { AdamSession, type LossAndGradient } from '../../adam-session.ts';
import {
  ADAM,
  type AdamCoordinateState,
  type CoordinateProblem,
  type CoordinateSession,
  type CoordinateStep,
} from '../../coordinates.ts';
import type { FitKernel } from '../fit-kernels.ts';
import { type OpenShare, type PoolShare, threadsForBlocks } from '../pool-share.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Most pieces that a batch is cut into: enough to keep many threads evenly busy. */
const MAX_PARTITIONS = 32;

/** Floats that all partitions' gradients may take: 128 MiB. */
const MAX_GRADIENT_FLOATS = 2 ** 25;

type Problem = CoordinateProblem<AdamCoordinateState>;

/** Positions that are evaluated at once, but for a block: few enough for their outputs to take little memory. */
const PIECE_POSITIONS = 2 ** 17;

/** Blocks of a batch. */
interface Batch {
  readonly first: number;
  readonly last: number;
  /** Colour values of its positions. */
  readonly values: number;
}

export class WasmCoordinateSession extends AdamSession implements CoordinateSession {
  readonly #share: PoolShare;
  readonly #layout: Layout;
  readonly #problem: MappedProblem;
  readonly #batches: readonly Batch[];
  readonly #everything: Batch;
  /** Of the dealt positions, their indices in the problem's order. */
  readonly #order: Uint32Array;
  readonly #pieces: readonly Piece[];
  /** Of values that not every fit has, once there are any. */
  #outputs: Region | null = null;
  #targetWeights: Region | null = null;
  #stepsTaken = 0;

  /** @throws LoecError E_LIMIT where the memory does not suffice */
  static open(open: OpenShare, problem: Problem): Promise<WasmCoordinateSession> {
    const deal = dealBlocks(problem.samples.tuples, problem.batches);
    const layout = layoutOf(problem.spec);
    const partitions = partitionCount(deal, layout);
    const blocksPerBatch = deal.blocks.length / (deal.batchStarts.length - 1);
    return open(
      threadsForBlocks(blocksPerBatch, partitions),
      (share) => new WasmCoordinateSession(share, problem, deal, layout, partitions),
    );
  }

  private constructor(
    share: PoolShare,
    { samples, targets, targetWeights = null, start }: Problem,
    deal: Deal,
    layout: Layout,
    partitions: number,
  ) {
    super();
    const channels = targets.length / deal.order.length;
    this.#share = share;
    this.#order = deal.order;
    this.#pieces = piecesOf(deal);
    this.#layout = layout;
    this.#batches = batchesOf(deal, channels);
    this.#everything = { first: 0, last: deal.blocks.length, values: targets.length };
    const size = {
      positions: deal.order.length,
      blocks: deal.blocks.length,
      channels,
      threads: share.threads,
      partitions,
      training: true,
    };
    const plan = share.regions.map((start) => planMemory(layout, size, start));
    this.#problem = new MappedProblem(share.memory, layout, size, plan);
    this.#problem.writePositions(samples, deal);
    gather(targets, deal.order, channels, this.#targets());
    if (targetWeights) gather(targetWeights, deal.order, channels, this.#placedWeights());
    this.#writeState(start);
  }

  get batches(): number {
    return this.#batches.length;
  }

  async train(steps: readonly CoordinateStep[]): Promise<Float32Array> {
    return Float32Array.from(steps, (step) => this.#trainStep(step));
  }

  protected aimAt({ targets, weights }: LocalModel): void {
    const { channels } = this.#problem.size;
    gatherPlanar(targets, this.#order, channels, this.#targets());
    gatherPlanar(weights, this.#order, channels, this.#placedWeights());
  }

  async outputs(): Promise<Float32Array> {
    const { channels } = this.#problem.size;
    const outputs = new Float32Array(this.#everything.values);
    this.#visitOutputs((dealt, order) => scatterPlanar(dealt, order, channels, outputs));
    return outputs;
  }

  /** Evaluates all positions, a piece after the other: [position][channels], and the positions' indices in the problem's order. */
  #visitOutputs(visit: (dealt: Float32Array, order: Uint32Array) => void): void {
    const { channels } = this.#problem.size;
    const most = Math.max(...this.#pieces.map(({ start, end }) => end - start));
    this.#outputs ??= this.#mapFloats(channels * most);
    const { start: room } = this.#outputs;
    for (const { first, last, start, end } of this.#pieces) {
      // Kernels count from the first position of all; addresses wrap around.
      this.#problem.place('outputs', room - FLOAT * channels * start);
      this.#run('evaluate', { first, last });
      const dealt = new Float32Array(this.#share.memory.buffer, room, channels * (end - start));
      visit(dealt, this.#order.subarray(start, end));
    }
  }

  #targets(): Float32Array {
    return this.#problem.floats('targets', this.#everything.values);
  }

  /** Room for weights of the targets, of which the kernels are told. */
  #placedWeights(): Float32Array {
    const count = this.#everything.values;
    this.#targetWeights ??= this.#mapFloats(count);
    this.#problem.place('targetWeights', this.#targetWeights.start);
    return new Float32Array(this.#share.memory.buffer, this.#targetWeights.start, count);
  }

  #mapFloats(count: number): Region {
    const bytes = roundUp(FLOAT * count, PAGE_BYTES);
    return this.#share.regions.map((start) => ({ start, end: start + bytes }));
  }

  async loss(batch?: number): Promise<number> {
    const range = this.#batch(batch);
    this.#run('measure', range);
    return this.#problem.squaredError() / range.values;
  }

  override async lossAndGradient(batch?: number, fromLayer = 0): Promise<LossAndGradient> {
    const range = this.#batch(batch);
    this.#problem.writeStep({ errorScale: 2 / range.values, firstTrained: fromLayer });
    this.#run('accumulate', range);
    const loss = this.#problem.squaredError() / range.values;
    this.#run('reduce');
    return { loss, gradient: unpack(this.#layout, this.#problem.parameters('gradients'), OMEGA) };
  }

  async readParameters(): Promise<Float32Array> {
    return unpack(this.#layout, this.#problem.parameters('theta'));
  }

  writeParameters(parameters: Float32Array): void {
    pack(this.#layout, parameters, this.#problem.parameters('theta'));
    this.#run('fold');
  }

  async readState(): Promise<AdamCoordinateState> {
    return {
      optimizer: 'adam',
      parameters: await this.readParameters(),
      firstMoments: unpack(this.#layout, this.#problem.parameters('firstMoments')),
      secondMoments: unpack(this.#layout, this.#problem.parameters('secondMoments')),
      stepsTaken: this.#stepsTaken,
    };
  }

  dispose(): void {
    this.#share.dispose();
  }

  #writeState({ parameters, firstMoments, secondMoments, stepsTaken }: AdamCoordinateState): void {
    pack(this.#layout, firstMoments, this.#problem.parameters('firstMoments'));
    pack(this.#layout, secondMoments, this.#problem.parameters('secondMoments'));
    this.#stepsTaken = stepsTaken;
    this.writeParameters(parameters);
  }

  #trainStep({ learningRate, batch }: CoordinateStep): number {
    const range = this.#batch(batch);
    this.#stepsTaken++;
    this.#problem.writeStep({
      errorScale: 2 / range.values,
      firstTrained: 0,
      ...adamRates(ADAM, learningRate, this.#stepsTaken),
    });
    this.#run('accumulate', range);
    const loss = this.#problem.squaredError() / range.values;
    this.#run('update');
    return loss;
  }

  /** All positions where there is no index. */
  #batch(index?: number): Batch {
    if (index === undefined) return this.#everything;
    return this.#batches[index % this.#batches.length] as Batch;
  }

  /** @param range the blocks, for the kernels that work on blocks */
  #run(kernel: FitKernel, { first, last } = { first: 0, last: 0 }): void {
    this.#problem.writeRange(first, last);
    this.#share.run(kernel, this.#problem.plan.problem);
  }
}

/** Blocks first … last − 1, whose positions are start … end − 1 of those that are dealt. */
interface Piece {
  readonly first: number;
  readonly last: number;
  readonly start: number;
  readonly end: number;
}

function piecesOf({ blocks }: Deal): Piece[] {
  const pieces: Piece[] = [];
  let [first, start] = [0, 0];
  for (const [i, block] of blocks.entries()) {
    const end = block.first + block.count;
    if (end - start < PIECE_POSITIONS && i < blocks.length - 1) continue;
    pieces.push({ first, last: i + 1, start, end });
    [first, start] = [i + 1, end];
  }
  return pieces;
}

function batchesOf({ blocks, batchStarts }: Deal, channels: number): Batch[] {
  return batchStarts.slice(1).map((last, batch) => {
    const first = batchStarts[batch] as number;
    const positions = blocks.slice(first, last).reduce((sum, { count }) => sum + count, 0);
    return { first, last, values: channels * positions };
  });
}

function partitionCount({ blocks, batchStarts }: Deal, layout: Layout): number {
  const affordable = Math.max(2, Math.floor(MAX_GRADIENT_FLOATS / layout.length));
  const blocksPerBatch = Math.ceil(blocks.length / (batchStarts.length - 1));
  return Math.min(MAX_PARTITIONS, affordable, blocksPerBatch);
}
