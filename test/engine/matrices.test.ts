import { matrixOf, multiply, multiplyByTransposed, transposed } from '../../src/engine/matrices.ts';
import { seededRandom } from '../../src/field/random.ts';
import { assert, suite } from '../harness.ts';

const test = suite('matrices');

const random = seededRandom(4);

/** Of numbers in −1 … 1. */
const randomMatrix = (rows: number, columns: number) =>
  matrixOf(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => 2 * random() - 1),
  );

test('a matrix by its own transposed one is what any product is, to the bit', () => {
  for (const [rows, columns] of [
    [1, 1],
    [2, 5],
    [3, 7],
    [8, 9],
    [13, 4],
  ] as const) {
    const a = randomMatrix(rows, columns);
    for (const matrix of [a, transposed(a)]) {
      const n = matrix.rows;
      const [expected, actual] = [new Float64Array(n * n), new Float64Array(n * n)];
      multiply(matrix, transposed(matrix), expected);
      multiplyByTransposed(matrix, actual);
      assert.equal(actual, expected);
    }
  }
});

test('products are sums of products', () => {
  const [a, b] = [randomMatrix(5, 3), randomMatrix(3, 7)];
  const product = new Float64Array(35);
  multiply(a, b, product);
  for (let i = 0; i < 5; i++) {
    for (let j = 0; j < 7; j++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += (a.values[3 * i + k] as number) * (b.values[7 * k + j] as number);
      assert.ok(Math.abs((product[7 * i + j] as number) - sum) < 1e-15);
    }
  }
});

test.run();
