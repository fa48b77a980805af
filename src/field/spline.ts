/**
 * @file The cubic spline through the latents of a plane that is read directly, for positions between pixel centres. Its coefficients are
 * the latents convolved, along each axis, with the inverse of (1, 4, 1)/6, which is h[k] = √3·z^|k|, z = √3 − 2 (Unser 1999), cut where it
 * is below 5·10⁻⁵, so that a coefficient depends on the latents near it alone. Beyond an edge latents are mirrored, the edge's twice, so that
 * coefficients there are the edge's: where a spline is read, cells beyond an edge are taken as the edge's.
 */

import type { Size } from '../image/raster.ts';
import { type Span, spanLength, widened } from './grid.ts';

/** Latents to each side that a coefficient depends on. */
const REACH = 8;

const POLE = -0.2679491924311227;

/** h[0] … h[REACH] */
const INVERSE = Float64Array.from({ length: REACH + 1 }, () => 1.7320508075688772);
for (let k = 1; k <= REACH; k++) INVERSE[k] = (INVERSE[k - 1] as number) * POLE;

/**
 * Coefficients of some cells: [rows, columns], along rows and then along columns, in float64 and rounded to float32 after each.
 * @param latents [height, width]
 * @param columns, rows within the plane
 */
export function splineCoefficients(
  latents: ArrayLike<number>,
  { width, height }: Size,
  columns: Span,
  rows: Span,
): Float32Array {
  const pitch = spanLength(columns);
  const { first: top, last: bottom } = widened(rows, REACH, height);
  const lines = Array.from({ length: bottom - top + 1 }, (_, i) =>
    alongRow(latents, (top + i) * width, width, columns),
  );
  const lineAt = (y: number) => lines[mirrored(y, height) - top] as Float32Array;
  const coefficients = new Float32Array(pitch * spanLength(rows));
  const sums = new Float64Array(pitch);
  for (let y = rows.first, at = 0; y <= rows.last; y++, at += pitch) {
    writeProducts(sums, lineAt(y), INVERSE[0] as number);
    for (let k = 1; k <= REACH; k++) addBoth(sums, lineAt(y - k), lineAt(y + k), INVERSE[k] as number);
    coefficients.set(sums, at);
  }
  return coefficients;
}

/** sums[i] = weight·a[i] */
function writeProducts(sums: Float64Array, a: Float32Array, weight: number): void {
  for (let i = 0; i < sums.length; i++) sums[i] = weight * (a[i] as number);
}

/** sums[i] += weight·(a[i] + b[i]) */
function addBoth(sums: Float64Array, a: Float32Array, b: Float32Array, weight: number): void {
  for (let i = 0; i < sums.length; i++)
    sums[i] = (sums[i] as number) + weight * ((a[i] as number) + (b[i] as number));
}

/** @param start index of the row's first latent */
function alongRow(
  latents: ArrayLike<number>,
  start: number,
  width: number,
  { first, last }: Span,
): Float32Array {
  const seen = Float64Array.from(
    { length: last - first + 1 + 2 * REACH },
    (_, i) => latents[start + mirrored(first - REACH + i, width)] as number,
  );
  const line = new Float32Array(last - first + 1);
  for (let i = 0; i < line.length; i++) {
    const centre = i + REACH;
    let sum = (INVERSE[0] as number) * (seen[centre] as number);
    for (let k = 1; k <= REACH; k++)
      sum += (INVERSE[k] as number) * ((seen[centre - k] as number) + (seen[centre + k] as number));
    line[i] = sum;
  }
  return line;
}

function mirrored(index: number, count: number): number {
  const period = 2 * count;
  const place = ((index % period) + period) % period;
  return Math.min(place, period - 1 - place);
}
