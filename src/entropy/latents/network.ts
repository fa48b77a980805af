/**
 * @file The context model's parameters as the kernels' integers: the nearest multiples of 2^−12, halves rounded up, in 16 bits for
 * weights and 31 for biases. Biases come with what rounds the sums that they begin.
 */

import type { AffineMap, ContextPart } from '../../field/model.ts';
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
  const [first, second, last] = model.layers as [AffineMap, AffineMap, AffineMap];
  const inputs = paddedInputs(model);
  const { width } = model.spec;
  return {
    first: packLayer(first, parameters, inputs, WEIGHT_SHIFT, WEIGHT_SHIFT - UNIT_SHIFT),
    second: packLayer(second, parameters, width, WEIGHT_SHIFT + UNIT_SHIFT, WEIGHT_SHIFT),
    last: packLast(last, parameters, width, inputs),
  };
}

/** A weight as an integer of 2^WEIGHT_SHIFT; 0 beyond the last column. */
function weightAt({ weight }: AffineMap, parameters: Float32Array, row: number, column: number): number {
  const { offset, columns } = weight;
  const value = column < columns ? (parameters[offset + row * columns + column] as number) : 0;
  return rounded(value, WEIGHT_SHIFT, MAX_WEIGHT);
}

/** A bias as an integer of 2^shift, as the sum of products that it begins is. */
function biasAt({ bias }: AffineMap, parameters: Float32Array, row: number, shift: number): number {
  return rounded(parameters[bias.offset + row] as number, shift, MAX_BIAS);
}

function rounded(value: number, shift: number, most: number): number {
  return Math.min(most, Math.max(-most, Math.floor(value * 2 ** shift + 0.5)));
}

/**
 * @param shift the sums are of 2^shift
 * @param down bits that are taken off them
 */
function packLayer(
  map: AffineMap,
  parameters: Float32Array,
  inputs: number,
  shift: number,
  down: number,
): Uint8Array {
  const { rows } = map.weight;
  const panelBytes = 4 * PANEL * (1 + inputs / 2);
  const packed = new DataView(new ArrayBuffer((rows / PANEL) * panelBytes));
  for (let row = 0; row < rows; row++) {
    const at = Math.floor(row / PANEL) * panelBytes + 4 * (row % PANEL);
    packed.setInt32(at, biasAt(map, parameters, row, shift) + 2 ** (down - 1), true);
    for (let column = 0; column < inputs; column++) {
      const pair = at + 4 * PANEL * (1 + (column >> 1));
      packed.setInt16(pair + 2 * (column & 1), weightAt(map, parameters, row, column), true);
    }
  }
  return new Uint8Array(packed.buffer);
}

function packLast(map: AffineMap, parameters: Float32Array, width: number, inputs: number): Uint8Array {
  const packed = new DataView(new ArrayBuffer(4 * (width + inputs) + 8));
  for (let row = 0; row < 2; row++) {
    for (let column = 0; column < width; column++)
      packed.setInt16(2 * (row * width + column), weightAt(map, parameters, row, column), true);
    for (let column = 0; column < inputs; column++) {
      const weight = weightAt(map, parameters, row, width + column);
      packed.setInt16(4 * width + 2 * (row * inputs + column), weight, true);
    }
    packed.setInt32(4 * (width + inputs) + 4 * row, biasAt(map, parameters, row, WEIGHT_SHIFT), true);
  }
  return new Uint8Array(packed.buffer);
}
