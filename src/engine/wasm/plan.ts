/**
 * @file Where everything of a problem lies in a kernel's memory, and the records (`assembly/problem.ts`) that tell the
 * kernels so. All sizes are known before anything is allocated.
 */

import { BLOCK_POSITIONS, type Block } from '../blocks.ts';
import { LANES, type LayerLayout, type Layout, roundUp } from './layout.ts';

/** Bytes of the records; see `assembly/problem.ts`. */
const WORD = 4;
const LAYER_WORDS = 15;
const BLOCK_WORDS = 3;
const PROBLEM_WORDS = 23;

/** Bytes of one panel of a block's activations. */
const PANEL_BYTES = BLOCK_POSITIONS * LANES * WORD;

/** A cache line. */
const ALIGNMENT = 64;

export const PAGE_BYTES = 65536;

export interface ProblemSize {
  readonly positions: number;
  readonly blocks: number;
  readonly threads: number;
  /** Pieces of work; see `Problem.partitions`. */
  readonly partitions: number;
  /** Whether there will be gradients; else only the weights are allocated. */
  readonly training: boolean;
}

/** Byte addresses; those of what a problem does not need are empty ranges. */
export interface Plan {
  readonly size: ProblemSize;
  readonly problem: number;
  readonly layers: number;
  readonly blocks: number;
  readonly coordinates: number;
  readonly outputs: number;
  readonly targets: number;
  readonly weights: number;
  readonly theta: number;
  readonly firstMoments: number;
  readonly secondMoments: number;
  readonly gradients: number;
  readonly losses: number;
  /** Per layer; 0 where no gradient goes further back. */
  readonly transposed: readonly number[];
  readonly scratch: number;
  readonly scratchBytes: number;
  readonly parameterBytes: number;
  /** First byte after everything. */
  readonly end: number;
}

/** @param base the module's first free byte */
export function planMemory(layout: Layout, channels: number, size: ProblemSize, base: number): Plan {
  let end = base;
  const reserve = (bytes: number): number => {
    const address = roundUp(end, ALIGNMENT);
    end = address + bytes;
    return address;
  };
  const training = Number(size.training);
  const parameterBytes = WORD * layout.length;
  const inputs = (layout.layers[0] as LayerLayout).inputs;
  const scratchBytes = roundUp(scratchEnd(layout), ALIGNMENT);
  return {
    size,
    problem: reserve(WORD * PROBLEM_WORDS),
    layers: reserve(WORD * LAYER_WORDS * layout.layers.length),
    blocks: reserve(WORD * BLOCK_WORDS * size.blocks),
    coordinates: reserve(WORD * inputs * size.positions),
    outputs: reserve(WORD * channels * size.positions * (1 - training)),
    targets: reserve(WORD * channels * size.positions * training),
    weights: reserve(parameterBytes),
    theta: reserve(parameterBytes * training),
    firstMoments: reserve(parameterBytes * training),
    secondMoments: reserve(parameterBytes * training),
    gradients: reserve(parameterBytes * training * size.partitions),
    losses: reserve(2 * WORD * size.partitions),
    transposed: layout.layers.map((layer, i) => (training && i > 0 ? reserve(transposedBytes(layer)) : 0)),
    scratch: reserve(scratchBytes * size.threads),
    scratchBytes,
    parameterBytes,
    end: roundUp(end, PAGE_BYTES),
  };
}

function transposedBytes({ experts, inputs, outputs }: LayerLayout): number {
  return WORD * LANES * experts * Math.ceil(inputs / LANES) * (1 + outputs);
}

/** Offsets into a thread's scratch: room for one panel, the inputs, then outputs and slopes of each layer. */
function scratchOffsets({ layers }: Layout): { inputsAt: number; outputsAt: number; slopesAt: number }[] {
  let inputsAt = PANEL_BYTES;
  let end = inputsAt + PANEL_BYTES * Math.ceil((layers[0] as LayerLayout).inputs / LANES);
  return layers.map(({ panels }) => {
    const offsets = { inputsAt, outputsAt: end, slopesAt: end + PANEL_BYTES * panels };
    inputsAt = offsets.outputsAt;
    end = offsets.slopesAt + PANEL_BYTES * panels;
    return offsets;
  });
}

function scratchEnd(layout: Layout): number {
  const last = scratchOffsets(layout).at(-1) as { slopesAt: number };
  return last.slopesAt + PANEL_BYTES * (layout.layers.at(-1) as LayerLayout).panels;
}

/** Writes 4-byte fields one after the other. */
class RecordWriter {
  readonly #view: DataView;
  #address: number;

  constructor(memory: WebAssembly.Memory, address: number) {
    this.#view = new DataView(memory.buffer);
    this.#address = address;
  }

  integers(...values: number[]): this {
    for (const value of values) {
      this.#view.setUint32(this.#address, value, true);
      this.#address += WORD;
    }
    return this;
  }

  floats(...values: number[]): this {
    for (const value of values) {
      this.#view.setFloat32(this.#address, value, true);
      this.#address += WORD;
    }
    return this;
  }
}

/** Tells the kernels where everything is. Quantization is off until `writeQuantization`. */
export function writeProblem(memory: WebAssembly.Memory, layout: Layout, channels: number, plan: Plan): void {
  new RecordWriter(memory, plan.problem)
    .integers(layout.layers.length, plan.layers, channels, plan.weights, plan.blocks, plan.coordinates)
    .integers(plan.outputs, plan.targets, plan.scratch, plan.scratchBytes, plan.parameterBytes, plan.theta)
    .integers(plan.firstMoments, plan.secondMoments, plan.gradients, plan.losses, plan.size.partitions);
  const writer = new RecordWriter(memory, plan.layers);
  const scratch = scratchOffsets(layout);
  for (const [i, layer] of layout.layers.entries()) {
    const { inputsAt, outputsAt, slopesAt } = scratch[i] as (typeof scratch)[number];
    writer
      .integers(layer.inputs, layer.outputs, Number(layer.sine), layer.experts)
      .floats(layer.omega)
      .integers(layer.rows, WORD * layer.offset, plan.transposed[i] as number, inputsAt, outputsAt, slopesAt)
      .floats(0, 0, 0, 0);
  }
}

/** Blocks `first`, `first + 1`, … of the problem. */
export function writeBlocks(memory: WebAssembly.Memory, plan: Plan, blocks: readonly Block[]): void {
  const writer = new RecordWriter(memory, plan.blocks);
  for (const { tuple, first, count } of blocks) writer.integers(tuple, first, count);
}

/** Steps and penalties of a layer's weights and biases. */
export function writeQuantization(
  memory: WebAssembly.Memory,
  plan: Plan,
  layer: number,
  values: readonly [weightStep: number, biasStep: number, weightPenalty: number, biasPenalty: number],
): void {
  new RecordWriter(memory, plan.layers + WORD * (LAYER_WORDS * (layer + 1) - 4)).floats(...values);
}

/** The range of blocks that the next kernel works on, with no piece of it claimed. */
export function writeRange(
  memory: WebAssembly.Memory,
  plan: Plan,
  firstBlock: number,
  lastBlock: number,
): void {
  new RecordWriter(memory, plan.problem + 17 * WORD).integers(0, firstBlock, lastBlock);
}

/** The scalars of a training step; see `assembly/problem.ts`. */
export function writeStep(
  memory: WebAssembly.Memory,
  plan: Plan,
  errorScale: number,
  rate: number,
  secondCorrection: number,
): void {
  new RecordWriter(memory, plan.problem + 20 * WORD).floats(errorScale, rate, secondCorrection);
}

/** [count] floats of the memory. */
export function floatsAt(memory: WebAssembly.Memory, address: number, count: number): Float32Array {
  return new Float32Array(memory.buffer, address, count);
}
