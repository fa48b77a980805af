/**
 * @file The cubic spline through the latents of a plane that is read directly, for positions between pixel centres. Its coefficients are
 * the latents convolved, along each axis, with the inverse of (1, 4, 1)/6, which is h[k] = √3·z^|k|, z = √3 − 2 (Unser 1999), cut where it
 * is below 5·10⁻⁵, so that a coefficient depends on the latents near it alone. Beyond an edge latents are mirrored, so that
 * coefficients there are the edge's.
 */

import { type Span, spanLength } from '../field/grid.ts';
import type { Size } from '../image/raster.ts';
import { Arena } from '../wasm/arena.ts';
import { VECTOR_LANES } from '../wasm/constants.ts';
import { instantiate } from '../wasm/module.ts';
import { roundUp } from '../wasm/pages.ts';
import type { DecodeKernels } from './decode-kernels.ts';
import plain from './kernels/built/decode.ts';

const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/** Latents to each side that a coefficient depends on. */
const REACH = 8;

const POLE = -0.2679491924311227;

/** h[0] … h[REACH] */
const INVERSE = Float64Array.from({ length: REACH + 1 }, () => 1.7320508075688772);
for (let k = 1; k <= REACH; k++) INVERSE[k] = (INVERSE[k - 1] as number) * POLE;

/** Makes coefficients, in memory of its own. */
export class SplineCoefficients {
  readonly #arena = new Arena();
  readonly #kernels = instantiate(plain, this.#arena.memory) as unknown as DecodeKernels;
  readonly #inverse = this.#arena.put(Float32Array.from(INVERSE));

  /**
   * Coefficients of some cells: [rows, columns], along rows and then along columns, in float32 steps.
   * @param latents [height, width]
   * @param columns, rows within the plane
   */
  of(latents: Int16Array | Float32Array, plane: Size, columns: Span, rows: Span): Float32Array {
    const free = this.#arena.end;
    const [across, down] = [spanLength(columns), spanLength(rows)];
    const pitch = roundUp(across, VECTOR_LANES);
    const lines = down + 2 * REACH;
    const seen = this.#arena.take(FLOAT * lines * (pitch + 2 * REACH));
    const along = this.#arena.take(FLOAT * lines * pitch);
    const out = this.#arena.take(FLOAT * down * pitch);
    const { buffer } = this.#arena.memory;
    copyMirrored(latents, plane, columns, rows, new Float32Array(buffer, seen, lines * (pitch + 2 * REACH)));
    const inverse = this.#inverse;
    const values = seen + FLOAT * REACH;
    this.#kernels.splineRows(values, FLOAT * (pitch + 2 * REACH), lines, inverse, pitch, along);
    this.#kernels.splineColumns(along + FLOAT * REACH * pitch, down, inverse, pitch, out);
    const coefficients = new Float32Array(across * down);
    for (let row = 0; row < down; row++) {
      const line = new Float32Array(buffer, out + FLOAT * row * pitch, across);
      coefficients.set(line, row * across);
    }
    this.#arena.release(free);
    return coefficients;
  }
}

/** Cells and those that they depend on: [rows + 2·REACH, columns filled up + 2·REACH]. */
function copyMirrored(
  latents: Int16Array | Float32Array,
  { width, height }: Size,
  columns: Span,
  rows: Span,
  copies: Float32Array,
): void {
  const pitch = copies.length / (spanLength(rows) + 2 * REACH);
  const start = columns.first - REACH;
  const first = Math.max(0, start);
  const end = Math.min(width, start + pitch);
  for (let y = rows.first - REACH, at = 0; y <= rows.last + REACH; y++, at += pitch) {
    const row = mirrored(y, height) * width;
    copies.set(latents.subarray(row + first, row + end), at + first - start);
    for (let x = start; x < first; x++) copies[at + x - start] = latents[row + mirrored(x, width)] as number;
    for (let x = end; x < start + pitch; x++)
      copies[at + x - start] = latents[row + mirrored(x, width)] as number;
  }
}

/** On an axis of `count`: −1 is 0, `count` is count − 1, and so on, as often as need be. */
function mirrored(index: number, count: number): number {
  const period = 2 * count;
  const place = ((index % period) + period) % period;
  return Math.min(place, period - 1 - place);
}
