/**
 * @file Uniform quantization of parameters: θ ≈ q · step, q an integer. Quantization steps are powers of 2^(1/16), stored as their
 * index; the sixteen mantissas are spelled out because Math.pow may differ between machines in the last bit.
 */

import { MAX_INTEGER } from './constants.ts';
import type { Tensor } from './spec.ts';

/** 2^(k/16), k = 0 … 15, rounded to float32. */
const MANTISSAS = Float32Array.from([
  1, 1.0442737824274138, 1.0905077326652577, 1.1387886347566916, 1.189207115002721, 1.241857812073484,
  1.2968395546510096, 1.3542555469368927, Math.SQRT2, 1.4768261459394993, 1.5422108254079407, 1.6104903319492543,
  1.681792830507429, 1.7562521603732995, 1.8340080864093424, 1.9152065613971474,
]); // biome-ignore format: a table

/** Steps from 2^−24 to just under 2^8: the range of a step index. */
export const MIN_STEP_INDEX = -24 * 16;
export const MAX_STEP_INDEX = 8 * 16 - 1;

export { MAX_INTEGER };

/** The quantization step of an index, exact in float32: 2^(index/16). */
export function stepOf(index: number): number {
  const exponent = Math.floor(index / 16);
  return (MANTISSAS[index - 16 * exponent] as number) * 2 ** exponent;
}

/** The index of the quantization step nearest to `step` on a log scale, within the range. */
export function stepIndexOf(step: number): number {
  return clampStepIndex(Math.round(16 * Math.log2(step)));
}

export function clampStepIndex(index: number): number {
  return Math.min(MAX_STEP_INDEX, Math.max(MIN_STEP_INDEX, index));
}

/** The integers of one tensor: [experts, rows, columns]. */
export function quantize(parameters: Float32Array, tensor: Tensor, step: number): Int32Array {
  const integers = new Int32Array(tensor.length);
  for (let i = 0; i < integers.length; i++) {
    integers[i] = integerOf(parameters[tensor.offset + i] as number, step);
  }
  return integers;
}

/** The integer nearest to `value` in units of `step`, within what the file can hold. */
export function integerOf(value: number, step: number): number {
  return Math.min(MAX_INTEGER, Math.max(-MAX_INTEGER, Math.round(value / step)));
}

/** Writes q · step, rounded once to float32, into the flat vector. @param origin what integers are differences from */
export function dequantize(
  integers: Int32Array,
  { offset }: Tensor,
  step: number,
  parameters: Float32Array,
  origin?: Float32Array,
): void {
  for (let i = 0; i < integers.length; i++) {
    const value = Math.fround((integers[i] as number) * step);
    parameters[offset + i] = origin ? value + (origin[offset + i] as number) : value;
  }
}
