/** @file Where a pyramid fit begins: weights that ship with the code, or a structured start. */

import { structuredStart } from '../../field/init.ts';
import type { AffineMap, Model } from '../../field/model.ts';
import type { Tensor } from '../../field/spec.ts';
import { newestStart, type Parameters, startOf } from '../../field/starts.ts';

/** Weights that a file is coded against. */
export interface PyramidStart extends Parameters {
  /** The start's number in the file; 0 for one that decoders do not know. */
  readonly id: number;
}

/** The newest start of a field, or a structured one where none fits it. @param seed of the structured start */
export function chooseStart(model: Model, seed: number): PyramidStart {
  const id = newestStart(model);
  return { ...(startOf(id, model) ?? structuredStart(model, seed)), id };
}

/**
 * What is added to the predicted log b. A context model that was fitted to the end says "zero, surely" of a pyramid of zeros, where
 * masses are on their floor and have no gradient (pyramid study, section 5): a fit begins less sure.
 */
const LOG_SCALE_OFFSET = 2;

/** A learned context model as a fit begins with it; a structured one is not sure of anything. */
export function lessConfident(model: Model, context: Float32Array): Float32Array {
  const doubting = context.slice();
  const bias = model.context.tensors.at(-1) as Tensor;
  const logScale = bias.offset + 1;
  doubting[logScale] = (doubting[logScale] as number) + LOG_SCALE_OFFSET;
  return doubting;
}

/** The λ that learned starts are fitted at. */
const START_LAMBDA = 0.0015;

/**
 * How much of a colour a step of the latents should carry at λ, over what it carries in a learned start: cheap bits want finer
 * steps. A start never gets coarser ones, which a fit finds soon enough.
 */
export function latentGain(lambda: number): number {
  return Math.min(1, (lambda / START_LAMBDA) ** 0.25);
}

/** The field with its first layer's weights times `gain`. */
export function withGain(model: Model, field: Float32Array, gain: number): Float32Array {
  const scaled = field.slice();
  const { offset, length } = model.field.tensors[0] as Tensor;
  for (let i = offset; i < offset + length; i++) scaled[i] = (scaled[i] as number) * gain;
  return scaled;
}

/**
 * The field with its last biases moved so that a pyramid of zeros gives one colour. On a plane of one colour filters are affine, so
 * the move is found at once; approaching it by what is left fails where filters carry a colour more than twice as far as themselves.
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

/** What the first experts make of a pyramid of zeros. */
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
