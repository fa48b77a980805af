/** @file Matrices between the light of red, green and blue, and XYZ. */

export type Row = readonly [number, number, number];
export type Matrix = readonly [Row, Row, Row];

/** The matrix whose columns are the colorants. */
export function byRows(colorants: readonly number[]): Matrix {
  return [0, 1, 2].map((row) =>
    [0, 3, 6].map((at) => (colorants[at + row] as number) / 65536),
  ) as unknown as Matrix;
}

export function product(left: Matrix, right: Matrix): Matrix {
  return left.map(([x, y, z]) =>
    [0, 1, 2].map((c) => x * at(right, 0, c) + y * at(right, 1, c) + z * at(right, 2, c)),
  ) as unknown as Matrix;
}

/** By cofactors. */
export function inverse(matrix: Matrix): Matrix {
  const cofactor = (row: number, column: number): number => {
    const [r, s] = [(row + 1) % 3, (row + 2) % 3];
    const [c, d] = [(column + 1) % 3, (column + 2) % 3];
    return at(matrix, r, c) * at(matrix, s, d) - at(matrix, r, d) * at(matrix, s, c);
  };
  const determinant = [0, 1, 2].reduce((sum, column) => sum + at(matrix, 0, column) * cofactor(0, column), 0);
  return [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) => cofactor(column, row) / determinant),
  ) as unknown as Matrix;
}

function at(matrix: Matrix, row: number, column: number): number {
  return (matrix[row] as Row)[column] as number;
}
