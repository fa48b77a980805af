/**
 * @file Quantization steps by rate-distortion: which tensor may be coarse, and how coarse all may be for a size.
 *
 * With a step Δ the error of a parameter is uniform, of variance Δ²/12, and costs log₂(1/Δ) bits. Where tensor t adds
 * sₜ·Δₜ² per parameter to the loss, the sum of loss and rate is least at equal sₜ·Δₜ² (reverse water-filling), so the
 * steps' ratios follow from one probe of each tensor, and one common factor is left to meet the size.
 */

import type { CoordinateSession } from '../../engine/coordinates.ts';
import { encodeWeights } from '../../entropy/weights.ts';
import {
  clampStepIndex,
  MAX_INTEGER,
  MAX_STEP_INDEX,
  MIN_STEP_INDEX,
  quantize,
  stepIndexOf,
  stepOf,
} from '../../field/quantizer.ts';
import { type FieldSpec, type Tensor, tensorsOf } from '../../field/spec.ts';

/** A probe rounds to this share of the tensor's root mean square: coarse enough for the loss to move. */
const PROBE = 1 / 4;

/** Step indices per tensor whose ratios minimize loss plus rate; their common factor is arbitrary. */
export async function relativeStepIndices(session: CoordinateSession, spec: FieldSpec): Promise<number[]> {
  const tensors = tensorsOf(spec);
  const parameters = await session.readParameters();
  session.setQuantization(null);
  const base = await session.loss();
  const indices: number[] = [];
  for (const [i, tensor] of tensors.entries()) {
    const probe = PROBE * rootMeanSquare(parameters, tensor);
    const quantizationSteps = new Float32Array(tensors.length);
    quantizationSteps[i] = probe;
    session.setQuantization(quantizationSteps);
    // A probe that happens to help counts as one that costs a millionth of the loss.
    const cost = Math.max((await session.loss()) - base, 1e-6 * base);
    indices.push(stepIndexOf(Math.sqrt((probe ** 2 * tensor.length) / cost)));
  }
  session.setQuantization(null);
  return indices;
}

function rootMeanSquare(parameters: Float32Array, { offset, length }: Tensor): number {
  const values = parameters.subarray(offset, offset + length);
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / length) || 1;
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
 * Shifts all indices by the amount whose coded weights come closest to `bytes` from below. The shift grows by one tensor
 * at a time, for a finer grain than a sixteenth of an octave in all (1 % of the bytes) has. No step gets so fine that an
 * integer would pass MAX_INTEGER.
 */
export function stepIndicesForSize(
  parameters: Float32Array,
  spec: FieldSpec,
  indices: readonly number[],
  bytes: number,
): number[] {
  const tensors = tensorsOf(spec);
  const finest = tensors.map((tensor) => finestStepIndex(parameters, tensor));
  const shifted = (moves: number): number[] =>
    indices.map((index, i) => {
      const shift = Math.floor((moves + i) / tensors.length);
      return clampStepIndex(Math.max(index + shift, finest[i] as number));
    });
  const size = (moves: number): number =>
    encodeWeights(tensors, quantizeAll(parameters, spec, shifted(moves))).length;
  // The size falls as the steps grow, but for the coder's small ripples.
  let tooBig = (MIN_STEP_INDEX - Math.max(...indices)) * tensors.length;
  let fits = (MAX_STEP_INDEX - Math.min(...indices)) * tensors.length;
  while (fits - tooBig > 1) {
    const middle = Math.floor((tooBig + fits) / 2);
    if (size(middle) > bytes) tooBig = middle;
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
