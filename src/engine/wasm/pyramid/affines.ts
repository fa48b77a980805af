/**
 * @file How the affine maps of a pyramid field and its context model lie in the kernels' memory: [expert][⌈outputs / 4⌉][1 +
 * inputs][4] with the bias first, fillers zero; beside it the map that carries deltas back.
 */

import { type ContextSpec, contextTensors } from '../../../field/context.ts';
import { type FieldSpec, pairs, type Tensor, tensorsOf } from '../../../field/spec.ts';
import { SUM_LANES, VECTOR_LANES } from '../../../wasm/constants.ts';
import { roundUp } from '../../../wasm/pages.ts';

/** Rows and columns of a filter's taps. */
const TAPS = 3;

export interface AffineLayout {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly snake: boolean;
  /** A filter's adjoint goes through mirrored taps, every other map's through the transposed matrix. */
  readonly isFilter: boolean;
  /** Offsets in floats into the weights' and the sums' areas. */
  readonly weightsAt: number;
  readonly transposedAt: number;
  readonly sumsAt: number;
}

export interface AffineLayouts {
  /** Layers, then filters. */
  readonly field: readonly AffineLayout[];
  readonly context: readonly AffineLayout[];
  /** Floats of all maps with their transposed copies. */
  readonly weightFloats: number;
  /** Floats of all sums. */
  readonly sumFloats: number;
}

export function affineLayouts(spec: FieldSpec, context: ContextSpec): AffineLayouts {
  let weightFloats = 0;
  let sumFloats = 0;
  const place = (weight: Tensor, bias: Tensor, snake: boolean, isFilter: boolean): AffineLayout => {
    const { experts, rows, columns } = weight;
    const backInputs = isFilter ? columns : rows;
    const backOutputs = isFilter ? rows : columns;
    const weightsAt = weightFloats;
    const transposedAt = weightsAt + experts * roundUp(rows, VECTOR_LANES) * (1 + columns);
    weightFloats = transposedAt + experts * roundUp(backOutputs, VECTOR_LANES) * (1 + backInputs);
    const sumsAt = sumFloats;
    sumFloats += experts * roundUp(rows, VECTOR_LANES) * (1 + columns) * SUM_LANES;
    return { weight, bias, snake, isFilter, weightsAt, transposedAt, sumsAt };
  };
  const field = pairs(tensorsOf(spec)).map(([weight, bias], i) =>
    place(weight, bias, spec.layers[i]?.activation.kind === 'snake', i >= spec.layers.length),
  );
  const contextMaps = pairs(contextTensors(context)).map(([weight, bias]) =>
    place(weight, bias, false, false),
  );
  return { field, context: contextMaps, weightFloats, sumFloats };
}

/**
 * Writes the maps' weights with their copies for the way back.
 * @param parameters the flat vector that the maps' tensors are laid out in
 */
export function packAffines(
  affines: readonly AffineLayout[],
  parameters: Float32Array,
  packed: Float32Array,
): void {
  for (const affine of affines) {
    const { experts, rows, columns } = affine.weight;
    for (let expert = 0; expert < experts; expert++) {
      for (let row = 0; row < rows; row++) {
        packed[forwardIndex(affine, expert, row, -1)] = parameters[
          affine.bias.offset + expert * rows + row
        ] as number;
        for (let column = 0; column < columns; column++) {
          const value = parameters[affine.weight.offset + (expert * rows + row) * columns + column] as number;
          packed[forwardIndex(affine, expert, row, column)] = value;
          packed[backIndex(affine, expert, row, column)] = value;
        }
      }
    }
  }
}

/** @param column −1 for the bias */
function forwardIndex(
  { weight, weightsAt }: AffineLayout,
  expert: number,
  row: number,
  column: number,
): number {
  const { rows, columns } = weight;
  const group = expert * Math.ceil(rows / VECTOR_LANES) + Math.floor(row / VECTOR_LANES);
  return weightsAt + (group * (1 + columns) + 1 + column) * VECTOR_LANES + (row % VECTOR_LANES);
}

function backIndex(affine: AffineLayout, expert: number, row: number, column: number): number {
  const { weight, transposedAt, isFilter } = affine;
  const { rows, columns } = weight;
  if (isFilter) {
    const taps = TAPS * TAPS;
    const channel = Math.floor(column / taps);
    const input = row * taps + (column % taps);
    return (
      transposedAt +
      (Math.floor(channel / VECTOR_LANES) * (1 + columns) + 1 + input) * VECTOR_LANES +
      (channel % VECTOR_LANES)
    );
  }
  const group = expert * Math.ceil(columns / VECTOR_LANES) + Math.floor(column / VECTOR_LANES);
  return transposedAt + (group * (1 + rows) + 1 + row) * VECTOR_LANES + (column % VECTOR_LANES);
}

/**
 * Adds a band's sums to the gradient.
 * @param sums all maps' sums
 * @param gradient the flat vector that the maps' tensors are laid out in
 */
export function addSums(affines: readonly AffineLayout[], sums: Float32Array, gradient: Float64Array): void {
  for (const { weight, bias, sumsAt } of affines) {
    const { experts, rows, columns } = weight;
    const padded = roundUp(rows, VECTOR_LANES);
    for (let expert = 0; expert < experts; expert++) {
      for (let row = 0; row < rows; row++) {
        let at = sumsAt + (expert * padded + row) * (1 + columns) * SUM_LANES;
        let to = weight.offset + (expert * rows + row) * columns;
        for (let column = 0; column < columns; column++, at += SUM_LANES, to++) {
          gradient[to] = (gradient[to] as number) + sumOfLanes(sums, at);
        }
        const toBias = bias.offset + expert * rows + row;
        gradient[toBias] = (gradient[toBias] as number) + sumOfLanes(sums, at);
      }
    }
  }
}

function sumOfLanes(sums: Float32Array, at: number): number {
  let sum = 0;
  for (let lane = 0; lane < SUM_LANES; lane++) sum += sums[at + lane] as number;
  return sum;
}
