/** @file A problem in the kernels' memory: positions in blocks, a field, and for a fit all that training needs. */

import type { Blocks } from '../../field/blocks.ts';
import type { Samples } from '../../field/selectors.ts';
import { type RecordValues, writeRecord, writeRecords } from '../../wasm/records.ts';
import { BLOCK, LAYER, PROBLEM } from '../kernels/built/records.ts';
import type { Layout } from './layout.ts';
import { type Plan, type ProblemSize, scratchOffsets } from './plan.ts';

interface Step {
  readonly errorScale: number;
  readonly firstTrained: number;
  readonly rate?: number;
  readonly secondCorrection?: number;
}

export class MappedProblem {
  readonly size: ProblemSize;
  readonly plan: Plan;
  readonly #memory: WebAssembly.Memory;
  readonly #layout: Layout;

  /**
   * Tells the kernels where everything is.
   * @param plan of this layout and size; its memory is zeroed
   */
  constructor(memory: WebAssembly.Memory, layout: Layout, size: ProblemSize, plan: Plan) {
    this.#memory = memory;
    this.#layout = layout;
    this.size = size;
    this.plan = plan;
    const { channels, partitions } = size;
    writeRecord(memory, plan.problem, PROBLEM, {
      ...plan,
      depth: layout.layers.length,
      channels,
      partitions,
    });
    const scratch = scratchOffsets(layout);
    for (const [i, layer] of layout.layers.entries()) {
      const sine = Number(layer.sine);
      const offset = Float32Array.BYTES_PER_ELEMENT * layer.offset;
      const transposed = plan.transposed[i] as number;
      this.#writeLayer(i, { ...layer, ...scratch[i], sine, offset, transposed });
    }
  }

  /** Lays positions and their blocks out. */
  writePositions({ coordinates }: Samples, { order, blocks }: Blocks): void {
    const inputs = coordinates.length / order.length;
    gather(coordinates, order, inputs, this.floats('coordinates', coordinates.length));
    writeRecords(this.#memory, this.plan.blocks, BLOCK, blocks);
  }

  /** @param run the kernel that evaluates the problem at an address @param values gets the outputs: [count, channels] */
  evaluate(samples: Samples, deal: Blocks, run: (problem: number) => void, values: Float32Array): void {
    this.writePositions(samples, deal);
    this.writeRange(0, deal.blocks.length);
    run(this.plan.problem);
    scatter(this.floats('outputs', values.length), deal.order, this.size.channels, values);
  }

  /** The blocks that the next kernel works on, with none of its work claimed. */
  writeRange(firstBlock: number, lastBlock: number): void {
    writeRecord(this.#memory, this.plan.problem, PROBLEM, { claimed: 0, firstBlock, lastBlock });
  }

  /** Where values of positions are that the plan has no place for: [position][channels]. */
  place(name: 'outputs' | 'targetWeights', address: number): void {
    writeRecord(this.#memory, this.plan.problem, PROBLEM, { [name]: address });
  }

  /** The scalars of the next kernels; see `../kernels/coordinates/problem.ts`. */
  writeStep(step: Step): void {
    writeRecord(this.#memory, this.plan.problem, PROBLEM, step);
  }

  /** `count` floats at one of the plan's addresses; valid until the memory grows. */
  floats(name: 'coordinates' | 'outputs' | 'targets', count: number): Float32Array {
    return new Float32Array(this.#memory.buffer, this.plan[name], count);
  }

  /** The layout's floats at one of the plan's addresses; valid until the memory grows. */
  parameters(name: 'weights' | 'theta' | 'firstMoments' | 'secondMoments' | 'gradients'): Float32Array {
    return new Float32Array(this.#memory.buffer, this.plan[name], this.#layout.length);
  }

  /** The sum of the last kernel's squared errors, in the order of the partitions. */
  squaredError(): number {
    const losses = new Float64Array(this.#memory.buffer, this.plan.losses, this.size.partitions);
    return losses.reduce((sum, loss) => sum + loss, 0);
  }

  #writeLayer(index: number, values: Partial<RecordValues<typeof LAYER>>): void {
    writeRecord(this.#memory, this.plan.layers + LAYER.bytes * index, LAYER, values);
  }
}

/** to[i] = from[order[i]], in rows of `width`. */
export function gather(from: Float32Array, order: Uint32Array, width: number, to: Float32Array): void {
  for (let i = 0; i < order.length; i++) {
    const row = (order[i] as number) * width;
    for (let column = 0; column < width; column++) to[i * width + column] = from[row + column] as number;
  }
}

/** to[order[i]] = from[i], in rows of `width`. */
function scatter(from: Float32Array, order: Uint32Array, width: number, to: Float32Array): void {
  for (let i = 0; i < order.length; i++) {
    const row = (order[i] as number) * width;
    for (let column = 0; column < width; column++) to[row + column] = from[i * width + column] as number;
  }
}
