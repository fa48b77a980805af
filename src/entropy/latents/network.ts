/**
 * @file The context model's parameters as the kernels' integers: the nearest multiples of 2^−12, halves rounded up, in 16 bits for
 * weights and 31 for biases. Biases come with what rounds the sums that they begin.
 */

import type { ContextInput } from '../../field/context.ts';
import type { AffineMap, ContextPart } from '../../field/model.ts';
import { roundUp } from '../../wasm/pages.ts';
import { UNIT_SHIFT, WEIGHT_SHIFT } from './constants.ts';

const MAX_WEIGHT = 32767;
const MAX_BIAS = 2 ** 30;

/** Outputs of a panel of weights. */
const PANEL = 8;

interface PackedNetwork {
  /** Per eight outputs their biases, i32, then [inputs / 2][8][2], i16. */
  readonly first: Uint8Array;
  readonly second: Uint8Array;
  /** [2][width] and [2][inputs], i16, then the biases, i32. */
  readonly last: Uint8Array;
}

/** The inputs as the kernels gather them: neighbours row by row, each from the left, then cells of coarser planes. */
export function gatheredInputs({ inputs }: ContextPart): ContextInput[] {
  const neighbours = inputs.filter(({ levels }) => levels === 0);
  return [...neighbours.sort((a, b) => a.dy - b.dy || a.dx - b.dx), ...inputs.slice(neighbours.length)];
}

/** Inputs are filled up to a multiple of eight by zeros. */
export function paddedInputs({ inputs }: ContextPart): number {
  return roundUp(inputs.length, PANEL);
}

export function packNetwork(model: ContextPart, parameters: Float32Array): PackedNetwork {
  const [first, second, last] = model.layers as [AffineMap, AffineMap, AffineMap];
  const inputs = gatheredInputs(model).map((input) => model.inputs.indexOf(input));
  const units = Array.from({ length: model.spec.width }, (_, unit) => unit);
  return {
    first: packLayer(first, parameters, inputs, WEIGHT_SHIFT, WEIGHT_SHIFT - UNIT_SHIFT),
    second: packLayer(second, parameters, units, WEIGHT_SHIFT + UNIT_SHIFT, WEIGHT_SHIFT),
    last: packLast(last, parameters, units, inputs),
  };
}

/** A weight as an integer of 2^WEIGHT_SHIFT; 0 where there is no column. */
function weightAt({ weight }: AffineMap, parameters: Float32Array, row: number, column?: number): number {
  if (column === undefined) return 0;
  const value = parameters[weight.offset + row * weight.columns + column] as number;
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
 * @param columns of the weights, in the order of the kernels
 * @param shift the sums are of 2^shift
 * @param down bits that are taken off them
 */
function packLayer(
  map: AffineMap,
  parameters: Float32Array,
  columns: readonly number[],
  shift: number,
  down: number,
): Uint8Array {
  const { rows } = map.weight;
  const padded = roundUp(columns.length, PANEL);
  const panelBytes = 4 * PANEL * (1 + padded / 2);
  const packed = new DataView(new ArrayBuffer((rows / PANEL) * panelBytes));
  for (let row = 0; row < rows; row++) {
    const at = Math.floor(row / PANEL) * panelBytes + 4 * (row % PANEL);
    packed.setInt32(at, biasAt(map, parameters, row, shift) + 2 ** (down - 1), true);
    for (let i = 0; i < padded; i++) {
      const pair = at + 4 * PANEL * (1 + (i >> 1));
      packed.setInt16(pair + 2 * (i & 1), weightAt(map, parameters, row, columns[i]), true);
    }
  }
  return new Uint8Array(packed.buffer);
}

function packLast(
  map: AffineMap,
  parameters: Float32Array,
  units: readonly number[],
  inputs: readonly number[],
): Uint8Array {
  const width = units.length;
  const padded = roundUp(inputs.length, PANEL);
  const packed = new DataView(new ArrayBuffer(4 * (width + padded) + 8));
  for (let row = 0; row < 2; row++) {
    for (const unit of units)
      packed.setInt16(2 * (row * width + unit), weightAt(map, parameters, row, unit), true);
    for (const [i, input] of inputs.entries()) {
      const weight = weightAt(map, parameters, row, width + input);
      packed.setInt16(4 * width + 2 * (row * padded + i), weight, true);
    }
    packed.setInt32(4 * (width + padded) + 4 * row, biasAt(map, parameters, row, WEIGHT_SHIFT), true);
  }
  return new Uint8Array(packed.buffer);
}
