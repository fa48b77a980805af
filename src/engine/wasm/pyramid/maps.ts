/** @file The affine maps of a pyramid field in the kernels' memory: layers, then filters. */

import { type FieldSpec, type Tensor, tensorsOf } from '../../../field/spec.ts';
import { roundUp } from '../layout.ts';
import type { Arena } from './arena.ts';
import { AFFINE } from './records.ts';

/** Outputs that share a vector of weights. */
const QUAD = 4;

/** @returns the address of the first of the Affine records */
export function writeMaps(arena: Arena, spec: FieldSpec, parameters: Float32Array): number {
  const tensors = tensorsOf(spec);
  const maps = Array.from({ length: tensors.length / 2 }, (_, i) => {
    const weight = tensors[2 * i] as Tensor;
    return {
      inputs: weight.columns,
      outputs: weight.rows,
      experts: weight.experts,
      snake: Number(spec.layers[i]?.activation.kind === 'snake'),
      weights: arena.put(packMap(weight, tensors[2 * i + 1] as Tensor, parameters)),
      transposed: 0,
      sumsAt: 0,
    };
  });
  return arena.putRecords(AFFINE, maps);
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
