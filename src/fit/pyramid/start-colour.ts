/** @file A field that makes the picture's mean colour of a pyramid of zeros. */

import type { AffineMap, Model } from '../../field/model.ts';
import { peakOf, type Raster } from '../../image/raster.ts';

/** Of every channel, in [−1, 1]. */
export function meanColour({ channels, data, depth }: Raster): number[] {
  const sums = new Float64Array(channels);
  for (let i = 0; i < data.length; i++)
    sums[i % channels] = (sums[i % channels] as number) + (data[i] as number);
  const scale = (2 * channels) / (data.length * peakOf(depth));
  return Array.from(sums, (sum) => sum * scale - 1);
}

/**
 * The field with its last biases moved so that a pyramid of zeros gives one colour. On a plane of one colour filters are affine, so the
 * move is the solution of a linear system; iterating on what is still missing would diverge where filters amplify a colour by more than 2.
 * @param colour of every channel, in [−1, 1]
 */
export function withColour(model: Model, field: Float32Array, colour: readonly number[]): Float32Array {
  const { offset, experts, rows } = (model.field.layers.at(-1) as AffineMap).bias;
  const movedBy = (move: readonly number[]): Float32Array => {
    const moved = field.slice();
    for (let i = 0; i < experts * rows; i++) {
      moved[offset + i] = (moved[offset + i] as number) + (move[i % rows] as number);
    }
    return moved;
  };
  const output = colourOfZeros(model, field);
  const effects = colour.map((_, channel) => {
    const moved = colourOfZeros(model, movedBy(colour.map((_, i) => Number(i === channel))));
    return moved.map((value, i) => value - (output[i] as number));
  });
  const missing = colour.map((value, i) => value - (output[i] as number));
  return movedBy(solve(effects, missing));
}

/** The factors with which `columns` add up to `sum`: Gauss-Jordan elimination with row pivots. */
function solve(columns: readonly (readonly number[])[], sum: readonly number[]): number[] {
  const rows = sum.map((value, i) => [...columns.map((column) => column[i] as number), value]);
  for (let at = 0; at < sum.length; at++) {
    const size = (row: readonly number[]): number => Math.abs(row[at] as number);
    const pivot = rows.slice(at).reduce((largest, row) => (size(row) > size(largest) ? row : largest));
    rows.splice(rows.indexOf(pivot), 1);
    const scaled = pivot.map((value) => value / (pivot[at] as number));
    for (const [i, row] of rows.entries()) {
      rows[i] = row.map((value, k) => value - (row[at] as number) * (scaled[k] as number));
    }
    rows.splice(at, 0, scaled);
  }
  return rows.map((row) => row.at(-1) as number);
}

/** The output of the first experts for a pyramid of zeros. */
function colourOfZeros({ planes, field }: Model, parameters: Float32Array): number[] {
  let z = planes.map(() => 0);
  for (const [i, { weight, bias, activation }] of [...field.layers, ...field.filters].entries()) {
    const isFilter = i >= field.layers.length;
    const taps = isFilter ? 9 : 1;
    z = Array.from({ length: weight.rows }, (_, row) => {
      const at = weight.offset + row * weight.columns;
      let sum = (parameters[bias.offset + row] as number) + (isFilter ? (z[row] as number) : 0);
      for (let k = 0; k < weight.columns; k++) {
        sum += (parameters[at + k] as number) * (z[Math.floor(k / taps)] as number);
      }
      return activation === 'snake' ? sum + Math.sin(sum) ** 2 : sum;
    });
  }
  return z;
}
