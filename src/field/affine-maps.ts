/** @file Affine maps of a pyramid field or a context model in the kernels' memory. */

import { finish, type Steps } from '../time-slices.ts';
import type { Arena } from '../wasm/arena.ts';
import { VECTOR_LANES } from '../wasm/constants.ts';
import { roundUp } from '../wasm/pages.ts';
import { AFFINE } from './kernels/built/records.ts';
import type { AffineMap } from './model.ts';
import type { Tensor } from './spec.ts';

/** Sizes of an affine map. Its weights lie as [expert][⌈outputs / 4⌉][1 + inputs][4], the bias first, fillers zero. */
export interface MapShape {
  readonly experts: number;
  readonly outputs: number;
  readonly inputs: number;
}

export function shapeOf({ experts, rows, columns }: Tensor): MapShape {
  return { experts, outputs: rows, inputs: columns };
}

/** Floats of an affine map. */
export function packedLength({ experts, outputs, inputs }: MapShape): number {
  return experts * roundUp(outputs, VECTOR_LANES) * (1 + inputs);
}

/** Where a weight lies in its affine map. @param input −1 for the bias */
export function packedIndex(
  { outputs, inputs }: MapShape,
  expert: number,
  output: number,
  input: number,
): number {
  const group = expert * Math.ceil(outputs / VECTOR_LANES) + Math.floor(output / VECTOR_LANES);
  return (group * (1 + inputs) + 1 + input) * VECTOR_LANES + (output % VECTOR_LANES);
}

/** @param packed the affine map's floats; fillers are left alone */
export function packMap(weight: Tensor, bias: Tensor, parameters: Float32Array, packed: Float32Array): void {
  const { experts, rows, columns } = weight;
  const shape = shapeOf(weight);
  for (let unit = 0, from = weight.offset; unit < experts * rows; unit++) {
    const [expert, row] = [Math.floor(unit / rows), unit % rows];
    packed[packedIndex(shape, expert, row, -1)] = parameters[bias.offset + unit] as number;
    for (let column = 0; column < columns; column++, from++)
      packed[packedIndex(shape, expert, row, column)] = parameters[from] as number;
  }
}

/** Maps for evaluation alone. @returns the address of the first of the Affine records */
export function writeMaps(arena: Arena, maps: readonly AffineMap[], parameters: Float32Array): number {
  return finish(mapsWritten(arena, maps, parameters));
}

/** As `writeMaps`, a map at a time. */
export function* mapsWritten(
  arena: Arena,
  maps: readonly AffineMap[],
  parameters: Float32Array,
): Steps<number> {
  const records = [];
  for (const { weight, bias, activation } of maps) {
    const packed = new Float32Array(packedLength(shapeOf(weight)));
    packMap(weight, bias, parameters, packed);
    records.push({
      ...shapeOf(weight),
      snake: Number(activation === 'snake'),
      weights: arena.put(packed),
      transposed: 0,
      sumsAt: 0,
    });
    yield;
  }
  return arena.putRecords(AFFINE, records);
}
