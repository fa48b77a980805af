/** @file Affine maps of a pyramid field or a context model in the kernels' memory, for evaluation alone. */

import type { Arena } from '../wasm/arena.ts';
import { roundUp } from '../wasm/pages.ts';
import type { Fields } from '../wasm/records.ts';
import type { AffineMap } from './model.ts';
import type { Tensor } from './spec.ts';

/** `Affine` of `kernels/affine.ts`. */
export const AFFINE = {
  inputs: 'u32',
  outputs: 'u32',
  experts: 'u32',
  snake: 'u32',
  weights: 'u32',
  transposed: 'u32',
  sumsAt: 'u32',
} as const satisfies Fields;

/** What modules export that evaluate layers. */
export interface LayerKernels {
  /** @returns the first byte after what it lays out */
  readonly placeLayers: (address: number, records: number, depth: number) => number;
}

/** Outputs that share a vector of weights. */
const QUAD = 4;

/** The kernels' record of a field's layers; it says itself what more it needs. */
const LAYERS_BYTES = 64;

/**
 * Lays out what evaluates the layers of a field.
 * @param maps the address of the first layer's record
 * @returns the address of the kernels' `Layers`
 */
export function placeLayers(arena: Arena, kernels: LayerKernels, maps: number, depth: number): number {
  const address = arena.take(LAYERS_BYTES);
  arena.take(kernels.placeLayers(address, maps, depth) - arena.end);
  return address;
}

/** @returns the address of the first of the Affine records */
export function writeMaps(arena: Arena, maps: readonly AffineMap[], parameters: Float32Array): number {
  const records = maps.map(({ weight, bias, activation }) => ({
    inputs: weight.columns,
    outputs: weight.rows,
    experts: weight.experts,
    snake: Number(activation === 'snake'),
    weights: arena.put(packMap(weight, bias, parameters)),
    transposed: 0,
    sumsAt: 0,
  }));
  return arena.putRecords(AFFINE, records);
}

/** [expert][⌈outputs / 4⌉][1 + inputs][4], the bias first. */
function packMap(weight: Tensor, bias: Tensor, parameters: Float32Array): Float32Array {
  const { experts, rows, columns } = weight;
  const padded = roundUp(rows, QUAD);
  const packed = new Float32Array(experts * padded * (1 + columns));
  for (let unit = 0; unit < experts * rows; unit++) {
    const output = padded * Math.floor(unit / rows) + (unit % rows);
    const first = Math.floor(output / QUAD) * QUAD * (1 + columns) + (output % QUAD);
    packed[first] = parameters[bias.offset + unit] as number;
    for (let column = 0; column < columns; column++) {
      packed[first + QUAD * (1 + column)] = parameters[weight.offset + unit * columns + column] as number;
    }
  }
  return packed;
}
