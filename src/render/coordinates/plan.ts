/** @file Where everything of a problem lies in memory. All sizes are known before anything is allocated. */

import { PANEL_LANES } from '../../wasm/constants.ts';
import { PAGE_BYTES, roundUp } from '../../wasm/pages.ts';
import type { RecordValues } from '../../wasm/records.ts';
import { BLOCK, LAYER, PROBLEM } from '../kernels/built/records.ts';
import type { LayerLayout, Layout } from './layout.ts';
import { PANEL_BYTES } from './memory.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;
const DOUBLE = Float64Array.BYTES_PER_ELEMENT;

/** A cache line. */
const ALIGNMENT = 64;

export interface ProblemSize {
  readonly positions: number;
  readonly blocks: number;
  readonly channels: number;
  readonly threads: number;
  /** Pieces that a kernel's blocks are cut into; they may depend on the problem but not on the threads. */
  readonly partitions: number;
  /** Whether there will be gradients; else only the weights are allocated. */
  readonly training: boolean;
}

export type Plan = ReturnType<typeof planMemory>;

/**
 * Byte addresses, as in `../kernels/coordinates/problem.ts`; those of what a problem does not need are empty ranges.
 * @param start the first byte that may be used, a multiple of PAGE_BYTES
 */
export function planMemory(layout: Layout, size: ProblemSize, start: number) {
  let end = start;
  const reserve = (bytes: number): number => {
    const address = roundUp(end, ALIGNMENT);
    end = address + bytes;
    return address;
  };
  const training = Number(size.training);
  const parameterBytes = FLOAT * layout.length;
  const inputs = (layout.layers[0] as LayerLayout).inputs;
  const scratchBytes = roundUp(scratchEnd(layout), ALIGNMENT);
  return {
    start,
    problem: reserve(PROBLEM.bytes),
    layers: reserve(LAYER.bytes * layout.layers.length),
    blocks: reserve(BLOCK.bytes * size.blocks),
    coordinates: reserve(FLOAT * inputs * size.positions),
    outputs: reserve(FLOAT * size.channels * size.positions * (1 - training)),
    targets: reserve(FLOAT * size.channels * size.positions * training),
    weights: reserve(parameterBytes),
    theta: reserve(parameterBytes * training),
    firstMoments: reserve(parameterBytes * training),
    secondMoments: reserve(parameterBytes * training),
    gradients: reserve(parameterBytes * training * size.partitions),
    losses: reserve(DOUBLE * size.partitions),
    /** Per layer; 0 where no gradient goes further back. */
    transposed: layout.layers.map((layer, i) => (training && i > 0 ? reserve(transposedBytes(layer)) : 0)),
    scratch: reserve(scratchBytes * size.threads),
    scratchBytes,
    parameterBytes,
    end: roundUp(end, PAGE_BYTES),
  };
}

function transposedBytes({ experts, inputs, outputs }: LayerLayout): number {
  return FLOAT * PANEL_LANES * experts * Math.ceil(inputs / PANEL_LANES) * (1 + outputs);
}

type ScratchOffsets = Pick<RecordValues<typeof LAYER>, 'inputsAt' | 'outputsAt' | 'slopesAt'>;

/** Offsets into a thread's scratch: room for one panel, the inputs, then outputs and slopes of each layer. */
export function scratchOffsets({ layers }: Layout): ScratchOffsets[] {
  let inputsAt = PANEL_BYTES;
  let end = inputsAt + PANEL_BYTES * Math.ceil((layers[0] as LayerLayout).inputs / PANEL_LANES);
  return layers.map(({ panels }) => {
    const offsets = { inputsAt, outputsAt: end, slopesAt: end + PANEL_BYTES * panels };
    inputsAt = offsets.outputsAt;
    end = offsets.slopesAt + PANEL_BYTES * panels;
    return offsets;
  });
}

function scratchEnd(layout: Layout): number {
  const last = scratchOffsets(layout).at(-1) as ScratchOffsets;
  return last.slopesAt + PANEL_BYTES * (layout.layers.at(-1) as LayerLayout).panels;
}
