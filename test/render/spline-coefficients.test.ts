/** @file Coefficients of the spline through latents, against a dense solve, the impulse response, and parts of themselves. */

import { seededRandom } from '../../src/field/random.ts';
import { SplineCoefficients } from '../../src/render/spline-coefficients.ts';
import { assert, suite } from '../harness.ts';

const test = suite('spline through latents');

/** Gauss–Jordan without pivots: the matrix is dominated by its diagonal. @param matrix [n][n] */
function solved(matrix: readonly (readonly number[])[], values: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, values[i] as number]);
  for (const [i, row] of rows.entries()) {
    const pivot = row[i] as number;
    for (const [k, value] of row.entries()) row[k] = value / pivot;
    for (const other of rows) {
      if (other === row) continue;
      const factor = other[i] as number;
      for (const [k, value] of row.entries()) other[k] = (other[k] as number) - factor * value;
    }
  }
  return rows.map((row) => row.at(-1) as number);
}

/** (c[i − 1] + 4·c[i] + c[i + 1])/6 with the edge's coefficients beyond it. */
function splineMatrix(count: number): number[][] {
  return Array.from({ length: count }, (_, i) => {
    const row = Array<number>(count).fill(0);
    for (const [at, weight] of [
      [i - 1, 1 / 6],
      [i, 4 / 6],
      [i + 1, 1 / 6],
    ] as const) {
      const cell = Math.min(count - 1, Math.max(0, at));
      row[cell] = (row[cell] as number) + weight;
    }
    return row;
  });
}

const spanOf = (count: number) => ({ first: 0, last: count - 1 });

test('coefficients are those of the spline that goes through all latents, also at edges', () => {
  for (const [width, height] of [
    [1, 1],
    [2, 1],
    [1, 3],
    [5, 4],
    [40, 23],
  ] as const) {
    const random = seededRandom(width);
    const latents = Int16Array.from({ length: width * height }, () => Math.round(200 * (random() - 0.5)));
    const found = new SplineCoefficients().of(latents, { width, height }, spanOf(width), spanOf(height));
    const rows = Array.from({ length: height }, (_, y) =>
      solved(splineMatrix(width), Array.from(latents.subarray(y * width, (y + 1) * width))),
    );
    for (let x = 0; x < width; x++) {
      const column = solved(
        splineMatrix(height),
        rows.map((row) => row[x] as number),
      );
      for (const [y, value] of column.entries()) {
        const error = Math.abs((found[y * width + x] as number) - value);
        assert.ok(error < 200 * 1e-4, `${width}x${height}: ${x}, ${y}: ${error}`);
      }
    }
  }
});

test('an impulse gives √3·(√3 − 2)^|k| along each axis, and nothing beyond eight latents', () => {
  const size = 41;
  const latents = new Int16Array(size * size);
  latents[20 * size + 20] = 1;
  const found = new SplineCoefficients().of(
    latents,
    { width: size, height: size },
    spanOf(size),
    spanOf(size),
  );
  const response = (k: number) => (Math.abs(k) > 8 ? 0 : Math.sqrt(3) * (Math.sqrt(3) - 2) ** Math.abs(k));
  for (const [i, value] of found.entries()) {
    const expected = response((i % size) - 20) * response(Math.floor(i / size) - 20);
    assert.ok(Math.abs(value - expected) < 3e-7, String(i));
  }
});

test('those of a part are the same bits', () => {
  const [width, height] = [37, 29];
  const random = seededRandom(5);
  const latents = Int16Array.from({ length: width * height }, () => Math.round(4094 * (random() - 0.5)));
  const whole = new SplineCoefficients().of(latents, { width, height }, spanOf(width), spanOf(height));
  for (const [columns, rows] of [
    [
      { first: 0, last: 0 },
      { first: 28, last: 28 },
    ],
    [
      { first: 10, last: 36 },
      { first: 3, last: 5 },
    ],
    [
      { first: 17, last: 20 },
      { first: 0, last: 28 },
    ],
  ] as const) {
    const part = new SplineCoefficients().of(latents, { width, height }, columns, rows);
    let next = 0;
    for (let y = rows.first; y <= rows.last; y++)
      for (let x = columns.first; x <= columns.last; x++) assert.is(part[next++], whole[y * width + x]);
    assert.is(next, part.length);
  }
});

test.run();
