/**
 * @file The cubic spline through the latents of a plane that is read directly, for positions between pixel centres. Its coefficients c solve, along
 * each axis,
 *
 *     (c[i − 1] + 4c[i] + c[i + 1]) / 6 = q[i],   coefficients beyond an edge equal to the edge's,
 *
 * so that the spline Σ β(u − i)·c[i] takes the value q[i] at u = i and is flat half a pixel beyond the edges. Elimination
 * is a recursive filter there and another one back, whose pole tends to √3 − 2 (Unser 1999).
 */

import { allocate } from '../allocate.ts';
import type { Steps } from '../time-slices.ts';

/** Values of a step. */
const STEP = 65536;

/**
 * The coefficients, each pass in float64 and rounded to float32 where it is stored: first along the rows, then along the columns.
 * @param values [height, width]
 */
export function* splineCoefficients(values: Int16Array, width: number, height: number): Steps<Float32Array> {
  const coefficients = allocate(() => new Float32Array(values));
  const across = factorsOf(width);
  for (let row = 0; row < height; row++) {
    yield* solve(coefficients.subarray(row * width, (row + 1) * width), 1, across, width);
  }
  yield* solve(coefficients, width, factorsOf(height), height);
  return coefficients;
}

/** The factors of the elimination along an axis. */
interface Factors {
  /** Of the first positions; from the last of these on all are alike. */
  readonly inner: Float64Array;
  /** Of the last position. */
  readonly last: number;
}

/** The factors converge by 14 times from one to the next: these are more than binary64 can tell apart. */
const DISTINCT_FACTORS = 32;

/** f[i] = 1/(d[i] − f[i − 1]), d the diagonal: 4, and one more at each end. */
function factorsOf(count: number): Factors {
  const inner = new Float64Array(Math.min(count, DISTINCT_FACTORS));
  inner[0] = 1 / 5;
  for (let i = 1; i < inner.length; i++) inner[i] = 1 / (4 - (inner[i - 1] as number));
  return { inner, last: count === 1 ? 1 / 6 : 1 / (5 - innerFactor(inner, count - 2)) };
}

function innerFactor(inner: Float64Array, i: number): number {
  return inner[Math.min(i, inner.length - 1)] as number;
}

/**
 * Solves for lines of values side by side, [count, width], in place: c[i] = (6q[i] − c[i − 1])·f[i] upwards, then
 * c[i] = c[i] − f[i]·c[i + 1] downwards.
 */
function* solve(lines: Float32Array, width: number, { inner, last }: Factors, count: number): Steps {
  const linesPerStep = Math.ceil(STEP / width);
  for (let i = 0; i < count; i++) {
    const factor = i === count - 1 ? last : innerFactor(inner, i);
    const [from, to] = [i * width, (i + 1) * width];
    for (let at = from; at < to; at++) {
      const before = i > 0 ? (lines[at - width] as number) : 0;
      lines[at] = (6 * (lines[at] as number) - before) * factor;
    }
    if (i % linesPerStep === 0) yield;
  }
  for (let i = count - 2; i >= 0; i--) {
    const factor = innerFactor(inner, i);
    const [from, to] = [i * width, (i + 1) * width];
    for (let at = from; at < to; at++) {
      lines[at] = (lines[at] as number) - factor * (lines[at + width] as number);
    }
    if (i % linesPerStep === 0) yield;
  }
}
