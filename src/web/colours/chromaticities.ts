/** @file Primaries and a white as their places in the chromaticity diagram, as PNG's cHRM has them. */

import { byRows, inverse, type Matrix, product, type Row } from '../../image/icc/matrices.ts';

/** XYZ of the white that profiles go by. */
const D50: Row = [0.9642, 1, 0.8249];

/** Bradford's cone responses of XYZ (ICC.1:2022, annex E). */
const BRADFORD: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/**
 * XYZ of red, green and blue relative to D50, in 65536ths.
 * @param places x and y of white, red, green and blue
 * @returns null for places that are no primaries: on a line, or with no light
 */
export function colorantsOf(places: readonly number[]): number[] | null {
  const [white, red, green, blue] = [0, 2, 4, 6].map((at) =>
    xyzOf(places[at] as number, places[at + 1] as number),
  ) as [Row, Row, Row, Row];
  const primaries = columns(red, green, blue);
  const shares = times(inverse(primaries), white);
  const [from, to] = [times(BRADFORD, white), times(BRADFORD, D50)];
  const cones = columns(...diagonal(to.map((value, i) => value / (from[i] as number)) as unknown as Row));
  const adapted = product(product(inverse(BRADFORD), product(cones, BRADFORD)), primaries);
  const colorants = [0, 1, 2].flatMap((c) =>
    adapted.map((row) => Math.round(65536 * (row[c] as number) * (shares[c] as number))),
  );
  return colorants.every(Number.isFinite) && isInvertible(colorants) ? colorants : null;
}

function isInvertible(colorants: readonly number[]): boolean {
  return inverse(byRows(colorants)).flat().every(Number.isFinite);
}

/** Of light whose Y is 1. */
function xyzOf(x: number, y: number): Row {
  return [x / y, 1, (1 - x - y) / y];
}

function diagonal([a, b, c]: Row): [Row, Row, Row] {
  return [
    [a, 0, 0],
    [0, b, 0],
    [0, 0, c],
  ];
}

function columns(first: Row, second: Row, third: Row): Matrix {
  return [0, 1, 2].map((row) => [first[row], second[row], third[row]]) as unknown as Matrix;
}

function times(matrix: Matrix, [x, y, z]: Row): Row {
  return matrix.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Row;
}
