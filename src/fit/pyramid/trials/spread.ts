/** @file All filters of a field as one, as they are linear: what becomes of one pixel's value, and of zeros. */

import { assert } from '../../../errors.ts';
import type { AffineMap, Model } from '../../../field/model.ts';
import type { Tensor } from '../../../field/spec.ts';
import { SPREAD_COLUMNS } from './constants.ts';

const TAPS = 9;

/** [channels][side][side] around a pixel. */
type Patch = Float64Array;

export interface Spread {
  /** Pixels to each side that a pixel reaches. */
  readonly reach: number;
  /** [channel of the pixel][channels][2·reach + 1][SPREAD_COLUMNS] */
  readonly weights: Float32Array;
  /** What the filters make of zeros, per channel. */
  readonly offsets: Float64Array;
}

export function spreadOf(model: Model, parameters: Float32Array): Spread {
  const { channels } = model;
  const { filters } = model.field;
  const reach = filters.length;
  const side = 2 * reach + 1;
  assert(side <= SPREAD_COLUMNS, 'more filters than a row of the spread holds');
  const weights = new Float32Array(channels * channels * side * SPREAD_COLUMNS);
  for (let channel = 0; channel < channels; channel++) {
    const patch = filtered(impulse(channels, side, channel), side, filters, parameters);
    for (let row = 0; row < channels * side; row++) {
      weights.set(
        patch.subarray(row * side, (row + 1) * side),
        (channel * channels * side + row) * SPREAD_COLUMNS,
      );
    }
  }
  return { reach, weights, offsets: offsetsOf(channels, filters, parameters) };
}

function impulse(channels: number, side: number, channel: number): Patch {
  const patch = new Float64Array(channels * side * side);
  patch[channel * side * side + (side * side - 1) / 2] = 1;
  return patch;
}

/** The filters without their biases; what they would carry beyond the patch is nothing. */
function filtered(
  patch: Patch,
  side: number,
  filters: readonly AffineMap[],
  parameters: Float32Array,
): Patch {
  return filters.reduce((from, { weight }) => addFilter(from, side, weight, parameters), patch);
}

function addFilter(from: Patch, side: number, weight: Tensor, parameters: Float32Array): Patch {
  const at = (channel: number, y: number, x: number): number =>
    y < 0 || x < 0 || y >= side || x >= side ? 0 : (from[(channel * side + y) * side + x] as number);
  return from.map((value, i) => {
    const [x, y] = [i % side, Math.floor(i / side) % side];
    const row = weight.offset + Math.floor(i / side ** 2) * weight.columns;
    let sum = value;
    for (let column = 0; column < weight.columns; column++) {
      const tap = column % TAPS;
      const source = at(Math.floor(column / TAPS), y + Math.floor(tap / 3) - 1, x + (tap % 3) - 1);
      sum += (parameters[row + column] as number) * source;
    }
    return sum;
  });
}

function offsetsOf(channels: number, filters: readonly AffineMap[], parameters: Float32Array): Float64Array {
  let offsets = new Float64Array(channels);
  for (const { weight, bias } of filters) {
    offsets = offsets.map((value, channel) => {
      let sum = value + (parameters[bias.offset + channel] as number);
      for (let column = 0; column < weight.columns; column++) {
        const source = offsets[Math.floor(column / TAPS)] as number;
        sum += (parameters[weight.offset + channel * weight.columns + column] as number) * source;
      }
      return sum;
    });
  }
  return offsets;
}
