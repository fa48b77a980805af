/**
 * @file Quantization steps by rate-distortion: which tensor may be coarse, and how coarse all may be for a size.
 *
 * With a step Δ the error of a parameter is uniform, of variance Δ²/12, and costs log₂(1/Δ) bits. Where each parameter of tensor t adds
 * sₜ·Δₜ² to the loss, the sum of loss and rate is least at equal sₜ·Δₜ² (reverse water-filling), so the steps' ratios follow from the
 * curvature of the loss, and one common factor is left to meet the size.
 */

import {
  clampStepIndex,
  MAX_INTEGER,
  MAX_STEP_INDEX,
  MIN_STEP_INDEX,
  quantize,
  stepOf,
} from '../../field/quantizer.ts';
import { type FieldSpec, pairs, type Tensor, tensorsOf } from '../../field/spec.ts';
import type { Curvature } from '../weights/curvature.ts';

/** A tensor that hardly changes the loss counts as if each of its parameters had this share of what those of the most sensitive one have. */
const LEAST_SENSITIVITY = 1e-9;

/**
 * Step indices per tensor whose ratios minimize loss plus rate; their common factor is arbitrary, and they may be beyond the range of a file.
 * @param curvatures of the loss: [affine map][expert] (`fieldCurvatures`)
 */
export function relativeStepIndices(
  spec: FieldSpec,
  curvatures: readonly (readonly Curvature[])[],
): number[] {
  const sensitivities = pairs(tensorsOf(spec)).flatMap(([{ rows, columns }], i) => {
    const experts = curvatures[i] as readonly Curvature[];
    const ofEntry = (of: (curvature: Curvature) => number): number =>
      mean(experts.map((curvature) => mean(diagonalOf(curvature.outputs, rows)) * of(curvature)));
    return [
      ofEntry(({ inputs }) => mean(diagonalOf(inputs, columns + 1).slice(0, columns))),
      ofEntry(({ inputs }) => inputs.at(-1) as number),
    ];
  });
  const least = LEAST_SENSITIVITY * Math.max(...sensitivities);
  return sensitivities.map((sensitivity) => Math.round(-8 * Math.log2(Math.max(sensitivity, least))));
}

function diagonalOf(matrix: Float64Array, n: number): Float64Array {
  return matrix.filter((_, at) => at % (n + 1) === 0);
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** The integers of every tensor. */
export function quantizeAll(
  parameters: Float32Array,
  spec: FieldSpec,
  indices: readonly number[],
): Int32Array[] {
  return tensorsOf(spec).map((tensor, i) => quantize(parameters, tensor, stepOf(indices[i] as number)));
}

/**
 * Shifts all indices by the amount whose size comes closest to `bytes` from below. The shift grows by one tensor at a time, for a finer
 * grain than a sixteenth of an octave in all (1 % of the bytes) has. No step gets so fine that an integer would pass MAX_INTEGER.
 * @param sizeOf bytes at such step indices, fewer at larger ones
 */
export function stepIndicesForSize(
  parameters: Float32Array,
  tensors: readonly Tensor[],
  indices: readonly number[],
  sizeOf: (stepIndices: readonly number[]) => number,
  bytes: number,
): number[] {
  const finest = tensors.map((tensor) => finestStepIndex(parameters, tensor));
  const shifted = (moves: number): number[] =>
    indices.map((index, i) => {
      const shift = Math.floor((moves + i) / tensors.length);
      return clampStepIndex(Math.max(index + shift, finest[i] as number));
    });
  // The size falls as the steps grow, but for the coder's small ripples.
  let tooBig = (MIN_STEP_INDEX - Math.max(...indices)) * tensors.length;
  let fits = (MAX_STEP_INDEX - Math.min(...indices)) * tensors.length;
  while (fits - tooBig > 1) {
    const middle = Math.floor((tooBig + fits) / 2);
    if (sizeOf(shifted(middle)) > bytes) tooBig = middle;
    else fits = middle;
  }
  return shifted(fits);
}

/** The finest step at which no integer of the tensor passes MAX_INTEGER. */
export function finestStepIndex(parameters: Float32Array, { offset, length }: Tensor): number {
  const largest = parameters
    .subarray(offset, offset + length)
    .reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return largest === 0 ? MIN_STEP_INDEX : Math.ceil(16 * Math.log2(largest / MAX_INTEGER));
}
