/**
 * @file The context model's parameters as the kernels' integers: the nearest multiples of 2^−12, halves rounded up, in 16 bits for
 * weights and 31 for biases. Biases come with what rounds the sums that they begin.
 */

import type { ContextPart } from '../../field/model.ts';
import type { Tensor } from '../../field/spec.ts';
import { UNIT_SHIFT, WEIGHT_SHIFT } from './constants.ts';

const MAX_WEIGHT = 32767;
const MAX_BIAS = 2 ** 30;

/** Outputs of a panel of weights. */
const PANEL = 8;

interface PackedNetwork {
  /** Per eight outputs their biases, i32, then [⌈inputs / 2⌉][8][2], i16. */
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  /** [2][width] and [2][inputs], i16, then the biases, i32. */
  readonly last: Uint8Array;
}

/** Inputs are filled up to a multiple of eight by zeros. */
export function paddedInputs({ inputs }: ContextPart): number {
  return 8 * Math.ceil(inputs.length / 8);
}

export function packNetwork(model: ContextPart, parameters: Float32Array): PackedNetwork {
  const [w1, b1, w2, b2, w3, b3] = model.tensors.map((tensor) => new Rounded(tensor, parameters));
  const inputs = paddedInputs(model);
  const { width } = model.spec;
  return {
    first: packLayer(w1 as Rounded, b1 as Rounded, inputs, WEIGHT_SHIFT, WEIGHT_SHIFT - UNIT_SHIFT),
    second: packLayer(w2 as Rounded, b2 as Rounded, width, WEIGHT_SHIFT + UNIT_SHIFT, WEIGHT_SHIFT),
    last: packLast(w3 as Rounded, b3 as Rounded, width, inputs),
  };
}

/** A tensor's values as integers. */
class Rounded {
  readonly #tensor: Tensor;
  readonly #parameters: Float32Array;

  constructor(tensor: Tensor, parameters: Float32Array) {
    this.#tensor = tensor;
    this.#parameters = parameters;
  }

  get rows(): number {
    return this.#tensor.rows;
  }

  /** 0 beyond the last column. */
  weight(row: number, column: number): number {
    return column < this.#tensor.columns ? this.#at(row, column, WEIGHT_SHIFT, MAX_WEIGHT) : 0;
  }

  /** The sum of products is of 2^shift. */
  bias(row: number, shift: number): number {
    return this.#at(row, 0, shift, MAX_BIAS);
  }

  #at(row: number, column: number, shift: number, most: number): number {
    const { offset, columns } = this.#tensor;
    const value = this.#parameters[offset + row * columns + column] as number;
    return Math.min(most, Math.max(-most, Math.floor(value * 2 ** shift + 0.5)));
  }
}

/**
 * @param shift the sums are of 2^shift
 * @param down bits that are taken off them
 */
function packLayer(
  weights: Rounded,
  biases: Rounded,
  inputs: number,
  shift: number,
  down: number,
): Uint8Array {
  const panelBytes = 4 * PANEL * (1 + inputs / 2);
  const packed = new DataView(new ArrayBuffer((weights.rows / PANEL) * panelBytes));
  for (let row = 0; row < weights.rows; row++) {
    const at = Math.floor(row / PANEL) * panelBytes + 4 * (row % PANEL);
    packed.setInt32(at, biases.bias(row, shift) + 2 ** (down - 1), true);
    for (let column = 0; column < inputs; column++) {
      const pair = at + 4 * PANEL * (1 + (column >> 1));
      packed.setInt16(pair + 2 * (column & 1), weights.weight(row, column), true);
    }
  }
  return new Uint8Array(packed.buffer);
}

function packLast(weights: Rounded, biases: Rounded, width: number, inputs: number): Uint8Array {
  const packed = new DataView(new ArrayBuffer(4 * (width + inputs) + 8));
  for (let row = 0; row < 2; row++) {
    for (let column = 0; column < width; column++)
      packed.setInt16(2 * (row * width + column), weights.weight(row, column), true);
    for (let column = 0; column < inputs; column++)
      packed.setInt16(4 * width + 2 * (row * inputs + column), weights.weight(row, width + column), true);
    packed.setInt32(4 * (width + inputs) + 4 * row, biases.bias(row, WEIGHT_SHIFT), true);
  }
  return new Uint8Array(packed.buffer);
}
