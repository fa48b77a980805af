/** @file Affine maps of flat parameter vectors, forward and backward. */

import type { Tensor } from '../../../src/field/spec.ts';

export type Vector = Float64Array;

/** For indices that are right: the compiler can't know. */
export const at = (values: Vector, i: number): number => values[i] as number;

export function add(values: Vector, i: number, value: number): void {
  values[i] = at(values, i) + value;
}

export function concat(a: Vector, b: Vector): Vector {
  const both = new Float64Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** [W b] of one expert in a flat vector. */
export interface Affine {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

export function affinesOf(tensors: readonly Tensor[]): Affine[] {
  const biases = tensors.filter(({ kind }) => kind === 'bias');
  return tensors
    .filter(({ kind }) => kind === 'weight')
    .map((weight, i) => ({ weight, bias: biases[i] as Tensor }));
}

/** Index of W[row][0]. */
const rowStart = ({ weight }: Affine, expert: number, row: number): number =>
  weight.offset + (expert * weight.rows + row) * weight.columns;
const biasIndex = ({ bias }: Affine, expert: number, row: number): number =>
  bias.offset + expert * bias.rows + row;

export function applyAffine(affine: Affine, parameters: Vector, z: Vector, expert = 0): Vector {
  const outputs = new Float64Array(affine.weight.rows);
  for (let row = 0; row < outputs.length; row++) {
    let sum = at(parameters, biasIndex(affine, expert, row));
    const start = rowStart(affine, expert, row);
    for (let column = 0; column < z.length; column++) sum += at(parameters, start + column) * at(z, column);
    outputs[row] = sum;
  }
  return outputs;
}

/** Adds to the gradient of the parameters. @returns that of z */
export function affineBackward(
  affine: Affine,
  parameters: Vector,
  gradient: Vector,
  z: Vector,
  delta: Vector,
  expert = 0,
): Vector {
  const atInputs = new Float64Array(z.length);
  for (let row = 0; row < delta.length; row++) {
    const d = at(delta, row);
    add(gradient, biasIndex(affine, expert, row), d);
    const start = rowStart(affine, expert, row);
    for (let column = 0; column < z.length; column++) {
      add(gradient, start + column, d * at(z, column));
      add(atInputs, column, d * at(parameters, start + column));
    }
  }
  return atInputs;
}
