/**
 * @file How the affine maps of a pyramid field and its context model lie in the memory of a fit: each with the map that carries deltas back
 * beside it, and with room for its gradient in every band's sums.
 */

import { type MapShape, packedIndex, packedLength, packMap, shapeOf } from '../../../field/affine-maps.ts';
import type { AffineMap, Model } from '../../../field/model.ts';
import type { Tensor } from '../../../field/spec.ts';
import { SUM_LANES, VECTOR_LANES } from '../../../wasm/constants.ts';
import { roundUp } from '../../../wasm/pages.ts';

/** Of a filter, per channel. */
const TAPS = 9;

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

export function affineLayouts({ field, context }: Model): AffineLayouts {
  let weightFloats = 0;
  let sumFloats = 0;
  const place = ({ weight, bias, activation }: AffineMap, isFilter: boolean): AffineLayout => {
    const shape = shapeOf(weight);
    const weightsAt = weightFloats;
    const transposedAt = weightsAt + packedLength(shape);
    weightFloats = transposedAt + packedLength(isFilter ? shape : transposed(shape));
    const sumsAt = sumFloats;
    sumFloats += SUM_LANES * packedLength(shape);
    return { weight, bias, snake: activation === 'snake', isFilter, weightsAt, transposedAt, sumsAt };
  };
  const layers = field.layers.map((map) => place(map, false));
  const filters = field.filters.map((map) => place(map, true));
  const contextLayers = context.layers.map((map) => place(map, false));
  return { field: [...layers, ...filters], context: contextLayers, weightFloats, sumFloats };
}

function transposed({ experts, outputs, inputs }: MapShape): MapShape {
  return { experts, outputs: inputs, inputs: outputs };
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
    const { weight, bias, weightsAt, transposedAt, isFilter } = affine;
    packMap(weight, bias, parameters, packed.subarray(weightsAt));
    const back = packed.subarray(transposedAt);
    if (isFilter) packAdjoint(weight, parameters, back);
    else packTransposed(weight, parameters, back);
  }
}

function packTransposed(weight: Tensor, parameters: Float32Array, packed: Float32Array): void {
  const { experts, rows, columns } = weight;
  const shape = transposed(shapeOf(weight));
  for (let unit = 0, from = weight.offset; unit < experts * rows; unit++) {
    const [expert, row] = [Math.floor(unit / rows), unit % rows];
    for (let column = 0; column < columns; column++, from++)
      packed[packedIndex(shape, expert, column, row)] = parameters[from] as number;
  }
}

/** Of a filter: from [channel, taps] of the outputs' deltas to a channel of its inputs. */
function packAdjoint(weight: Tensor, parameters: Float32Array, packed: Float32Array): void {
  const shape = shapeOf(weight);
  const { offset, rows, columns } = weight;
  for (let row = 0, from = offset; row < rows; row++) {
    for (let column = 0; column < columns; column++, from++) {
      const [channel, tap] = [Math.floor(column / TAPS), column % TAPS];
      packed[packedIndex(shape, 0, channel, row * TAPS + tap)] = parameters[from] as number;
    }
  }
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
