/** @file Affine maps of a pyramid field or a context model in the kernels' memory, for evaluation alone. */

import type { Arena } from '../wasm/arena.ts';
import { VECTOR_LANES } from '../wasm/constants.ts';
import { roundUp } from '../wasm/pages.ts';
import { AFFINE, LAYERS } from './kernels/built/records.ts';
import type { AffineMap } from './model.ts';
import type { Tensor } from './spec.ts';

/** What modules export that evaluate layers. */
export interface LayerKernels {
  /** Lays out from `area` on what the record at `layers` needs. @returns the first byte after it */
  readonly layOutLayers: (layers: number, maps: number, depth: number, area: number) => number;
}

/**
 * Lays out what evaluates the layers of a field.
 * @param maps the address of the first layer's record
 * @returns the address of the kernels' `Layers`
 */
export function layOutLayers(arena: Arena, kernels: LayerKernels, maps: number, depth: number): number {
  const address = arena.take(LAYERS.bytes);
  arena.takeUntil(kernels.layOutLayers(address, maps, depth, arena.end));
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
  const padded = roundUp(rows, VECTOR_LANES);
  const packed = new Float32Array(experts * padded * (1 + columns));
  for (let unit = 0; unit < experts * rows; unit++) {
    const output = padded * Math.floor(unit / rows) + (unit % rows);
    const first = Math.floor(output / VECTOR_LANES) * VECTOR_LANES * (1 + columns) + (output % VECTOR_LANES);
    packed[first] = parameters[bias.offset + unit] as number;
    for (let column = 0; column < columns; column++) {
      packed[first + VECTOR_LANES * (1 + column)] = parameters[
        weight.offset + unit * columns + column
      ] as number;
    }
  }
  return packed;
}
