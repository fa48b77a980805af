import { eigenvectors, matrixOf, powerStep } from '../../src/engine/matrices.ts';
import { SOAP, Soap } from '../../src/engine/soap.ts';
import { type Random, seededRandom } from '../../src/field/random.ts';
import { layTensors, type Tensor } from '../../src/field/spec.ts';
import { assert, suite } from '../harness.ts';
import { relativeError } from './problems.ts';
import { ReferenceAdam } from './reference.ts';

const test = suite('SOAP');
const RATE = 0.01;
/** Adam with SOAP's constants. */
const ADAM = { beta1: SOAP.beta, beta2: SOAP.beta, epsilon: SOAP.epsilon };

/** The first bases are eigenvectors but for a hundred-thousandth that separates equal eigenvalues. */
const BASIS_TOLERANCE = 3e-5;

/** [W b] of one map, [rows, columns + 1], or the product of two. */
type Matrix = number[][];

const uniform = (random: Random): number => 2 * random() - 1;
const randomMatrix = (random: Random, rows: number, columns: number): Matrix =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => uniform(random)));
const transposed = (a: Matrix): Matrix =>
  (a[0] as number[]).map((_, column) => a.map((row) => row[column] as number));
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) =>
    transposed(b).map((column) => row.reduce((sum, x, i) => sum + x * (column[i] as number), 0)),
  );
const difference = (a: Matrix, b: Matrix): Matrix =>
  a.map((row, i) => row.map((x, j) => x - (b[i]?.[j] as number)));

/** Orthonormal rows from random ones. */
function randomRotation(random: Random, n: number): Matrix {
  const rows: Matrix = [];
  for (const row of randomMatrix(random, n, n)) {
    let rest = row;
    for (const other of rows) {
      const along = rest.reduce((sum, x, i) => sum + x * (other[i] as number), 0);
      rest = rest.map((x, i) => x - along * (other[i] as number));
    }
    const norm = Math.hypot(...rest);
    rows.push(rest.map((x) => x / norm));
  }
  return rows;
}

const tensorsOfOne = (rows: number, columns: number): Tensor[] =>
  layTensors([{ experts: 1, rows, columns: columns - 1 }]);

/** [W b] as it lies in the flat vector: W, then b. */
function flat(matrix: Matrix): Float64Array {
  return Float64Array.from([
    ...matrix.flatMap((row) => row.slice(0, -1)),
    ...matrix.map((row) => row.at(-1) as number),
  ]);
}

function unflatten(vector: Float32Array, rows: number): Matrix {
  const inputs = vector.length / rows - 1;
  return Array.from({ length: rows }, (_, row) => [
    ...vector.subarray(row * inputs, (row + 1) * inputs),
    vector[rows * inputs + row] as number,
  ]);
}

/** What the gradients make of zeros. */
function run(gradients: readonly Matrix[], rate = RATE): Matrix {
  const rows = (gradients[0] as Matrix).length;
  const columns = (gradients as Matrix[])[0]?.[0]?.length as number;
  const soap = new Soap(tensorsOfOne(rows, columns));
  const parameters = new Float32Array(rows * columns);
  for (const gradient of gradients) soap.step(parameters, flat(gradient), rate);
  return unflatten(parameters, rows);
}

const close = (actual: Matrix, expected: Matrix, tolerance = 1e-6): void => {
  const error = relativeError(actual.flat(), expected.flat());
  assert.ok(error < tolerance, `relative error ${error}`);
};

test('the first call begins the bases and leaves the parameters', () => {
  assert.equal(run([[[3, 4]]]), [[0, 0]]);
});

test('the second and third call, by hand', () => {
  // V: (3, 4)/5 and (−4, 3)/5. The moments of one gradient, bias corrected, are it and its square: the step is a sign in
  // the basis. (1, 0) is (0.6, −0.8) there: the step is (0.6, 0.8) − (−0.8, 0.6) = (1.4, 0.2).
  close(run([[[3, 4]], [[1, 0]]], 0.1), [[-0.14, -0.02]], BASIS_TOLERANCE);
  // (0, 1) is (0.8, 0.6). M = 0.05 (0.95 (0.6, −0.8) + (0.8, 0.6)) = 0.05 (1.37, −0.16), of weight 1 − 0.95² = 0.0975;
  // S = 0.05 (0.95 (0.36, 0.64) + (0.64, 0.36)) = 0.05 (0.982, 0.968), of the same weight.
  const weight = 0.05 / 0.0975;
  const along = (weight * 1.37) / Math.sqrt(weight * 0.982);
  const across = (weight * -0.16) / Math.sqrt(weight * 0.968);
  const step = [0.6 * along - 0.8 * across, 0.8 * along + 0.6 * across] as const;
  const expected = [[-0.14 - 0.1 * step[0], -0.02 - 0.1 * step[1]]];
  close(run([[[3, 4]], [[1, 0]], [[0, 1]]], 0.1), expected, BASIS_TOLERANCE);
});

test('where L and R are diagonal it is Adam, whose first step is the second gradient', () => {
  const random = seededRandom(1);
  const gradients = Array.from({ length: 40 }, () => [
    [uniform(random), 0, 0, 0],
    [0, 0, 0, 0],
    [0, 10 * uniform(random), 0, 0],
    [0, 0, 0, 0.01 * uniform(random)],
  ]);
  const parameters = new Float64Array(16);
  const adam = new ReferenceAdam(16, ADAM);
  for (const gradient of gradients.slice(1)) adam.step(parameters, flat(gradient), RATE);
  close(run(gradients), unflatten(Float32Array.from(parameters), 4));
});

test('until the bases are refreshed, rotated gradients give rotated steps', () => {
  const random = seededRandom(2);
  const [left, right] = [randomRotation(random, 4), randomRotation(random, 4)];
  const gradients = Array.from({ length: SOAP.refreshEvery }, () => randomMatrix(random, 4, 4));
  const turn = (matrix: Matrix): Matrix => product(product(left, matrix), transposed(right));
  close(run(gradients.map(turn)), turn(run(gradients)), BASIS_TOLERANCE);
});

test('rounding of the gradients does not choose the bases', () => {
  const random = seededRandom(9);
  // Rank one, so that most of both bases is a null space.
  const first = product(randomMatrix(random, 6, 1), randomMatrix(random, 1, 9));
  const gradients = [first, ...Array.from({ length: 8 }, () => randomMatrix(random, 6, 9))];
  const rounded = gradients.map((gradient) =>
    gradient.map((row) => row.map((g) => g * (1 + 1e-7 * uniform(random)))),
  );
  close(run(rounded), run(gradients), 1e-3);
});

test('the scale of gradients does not matter', () => {
  const random = seededRandom(3);
  const gradients = Array.from({ length: 25 }, () => randomMatrix(random, 3, 5));
  const small = gradients.map((gradient) => gradient.map((row) => row.map((g) => 1e-5 * g)));
  close(run(small), run(gradients), 1e-5);
});

test('bases stay orthonormal, whatever the rank of the gradients', () => {
  const random = seededRandom(4);
  const n = 12;
  for (const rank of [0, 1, 5, n]) {
    const factor = randomMatrix(random, n, Math.max(rank, 1)).map((row) => row.map((x) => (rank ? x : 0)));
    const matrix = Float64Array.from(product(factor, transposed(factor)).flat());
    const basis = eigenvectors(matrix, n);
    assert.ok(orthonormality(basis, n) < 1e-14, `eigenvectors at rank ${rank}`);
    assert.ok(offDiagonal(basis, matrix, n) < 1e-11, `eigenvectors at rank ${rank}`);
    for (let step = 0; step < 5; step++) {
      powerStep(matrixOf(n, n, basis), matrixOf(n, n, matrix), new Float64Array(n * n));
      assert.ok(orthonormality(basis, n) < 1e-14, `power step at rank ${rank}`);
    }
  }
});

const square = (values: Float64Array, n: number): Matrix =>
  Array.from({ length: n }, (_, i) => [...values.subarray(i * n, (i + 1) * n)]);

/** The largest entry of B Bᵀ − 1. */
function orthonormality(basis: Float64Array, n: number): number {
  const rows = square(basis, n);
  const gram = product(rows, transposed(rows));
  return Math.max(...gram.flatMap((row, i) => row.map((x, j) => Math.abs(x - Number(i === j)))));
}

/** The largest entry of B A Bᵀ beside its diagonal. */
function offDiagonal(basis: Float64Array, matrix: Float64Array, n: number): number {
  const rows = square(basis, n);
  const turned = product(product(rows, square(matrix, n)), transposed(rows));
  return Math.max(...turned.flatMap((row, i) => row.map((x, j) => (i === j ? 0 : Math.abs(x)))));
}

test('units that die leave the basis of the others orthonormal', () => {
  const random = seededRandom(8);
  const n = 6;
  const matrix = new Float64Array(n * n);
  const basis = Float64Array.from(randomRotation(random, n).flat());
  for (let step = 0; step < 3000; step++) {
    const alive = step < 200 ? n : step < 2000 ? n - 2 : 0;
    const rows = randomMatrix(random, n, 4).map((row, i) => row.map((x) => (i < alive ? 1e-5 * x : 0)));
    const gram = product(rows, transposed(rows)).flat();
    for (const [i, x] of gram.entries()) matrix[i] = 0.95 * (matrix[i] as number) + 0.05 * x;
    if (step % 10 === 9) powerStep(matrixOf(n, n, basis), matrixOf(n, n, matrix), new Float64Array(n * n));
    assert.ok(orthonormality(basis, n) < 1e-14, `step ${step}`);
  }
});

test('power steps find the eigenvectors', () => {
  const random = seededRandom(5);
  const n = 5;
  const rotation = randomRotation(random, n);
  const scaled = rotation.map((row, i) => row.map((x) => x * 3 ** (n - i)));
  const matrix = Float64Array.from(product(transposed(rotation), scaled).flat());
  const basis = Float64Array.from(randomRotation(random, n).flat());
  for (let step = 0; step < 60; step++)
    powerStep(matrixOf(n, n, basis), matrixOf(n, n, matrix), new Float64Array(n * n));
  const agreement = product(square(basis, n), transposed(rotation));
  for (const [i, row] of agreement.entries()) assert.ok(Math.abs(Math.abs(row[i] as number) - 1) < 1e-9);
});

test('ill-conditioned quadratics in turned bases: far ahead of Adam at any rate', () => {
  const ratios = [1, 2, 3, 4, 5].map((seed) => {
    const gradient = quadratic(seededRandom(seed));
    const steps = 300;
    const fall = (step: number): number => 0.1 * Math.cos((Math.PI * step) / (2 * steps));
    const soap = new Soap(tensorsOfOne(4, 3));
    const parameters = new Float32Array(12);
    for (let step = 0; step < steps; step++) {
      soap.step(parameters, flat(gradient(unflatten(parameters, 4)).gradient), fall(step));
    }
    const adams = [0.3, 1, 3, 10].map((gain) => adamFit(gradient, steps, (step) => gain * fall(step)));
    return gradient(unflatten(parameters, 4)).loss / Math.min(...adams.map((x) => gradient(x).loss));
  });
  const median = ratios.sort((a, b) => a - b)[2] as number;
  assert.ok(median < 0.1, `${ratios}`);
});

type Objective = (x: Matrix) => { loss: number; gradient: Matrix };

/** ½‖A (X − goal) B‖², X of [4, 3], with singular values of A and B from 1 down to 0.001 and 0.01. */
function quadratic(random: Random): Objective {
  const skewed = (n: number): Matrix => {
    const scaled = randomRotation(random, n).map((row, i) => row.map((x) => x * 10 ** -i));
    return product(randomRotation(random, n), scaled);
  };
  const [a, b, goal] = [skewed(4), skewed(3), randomMatrix(random, 4, 3)];
  return (x) => {
    const residual = product(product(a, difference(x, goal)), b);
    return {
      loss: residual.reduce((sum, row) => sum + Math.hypot(...row) ** 2 / 2, 0),
      gradient: product(product(transposed(a), residual), transposed(b)),
    };
  };
}

/** Adam with SOAP's constants, from zeros of [4, 3]. */
function adamFit(objective: Objective, steps: number, rate: (step: number) => number): Matrix {
  const x = new Float64Array(12);
  const adam = new ReferenceAdam(12, ADAM);
  const matrix = (): Matrix => unflatten(Float32Array.from(x), 4);
  for (let step = 0; step < steps; step++) adam.step(x, flat(objective(matrix()).gradient), rate(step));
  return matrix();
}

test('experts and layers are maps of their own; those without a gradient stay', () => {
  const random = seededRandom(7);
  const tensors = layTensors([
    { experts: 4, rows: 2, columns: 3 },
    { experts: 1, rows: 3, columns: 2 },
  ]);
  const [weight, bias] = tensors as [Tensor, Tensor];
  const length = tensors.reduce((sum, tensor) => sum + tensor.length, 0);
  const start = Float32Array.from({ length }, () => uniform(random));
  const parameters = start.slice();
  const soap = new Soap(tensors);
  const matrices = Array.from({ length: 12 }, () => randomMatrix(random, 2, 4));
  for (const matrix of matrices) {
    const gradient = new Float32Array(length);
    gradient.set(flat(matrix).subarray(0, 6), weight.offset + 2 * 6);
    gradient.set(flat(matrix).subarray(6), bias.offset + 2 * 2);
    soap.step(parameters, gradient, RATE);
  }
  const moved = parameters.map((value, i) => value - (start[i] as number));
  const own = [
    ...moved.subarray(weight.offset + 12, weight.offset + 18),
    ...moved.subarray(bias.offset + 4, bias.offset + 6),
  ];
  close([own], [[...flat(run(matrices))]], 1e-4);
  assert.is(moved.filter((value) => value !== 0).length, own.length);
});

test('deterministic', () => {
  const gradients = Array.from({ length: 30 }, (_, i) => randomMatrix(seededRandom(i), 4, 9));
  assert.equal(run(gradients), run(gradients));
});

test.run();
