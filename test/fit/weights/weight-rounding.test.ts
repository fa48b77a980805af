/** @file Rounding with error feedback, against its definition. */

import { quantize } from '../../../src/field/quantizer.ts';
import { seededRandom } from '../../../src/field/random.ts';
import type { Tensor } from '../../../src/field/spec.ts';
import { affineMapOf, type Curvature } from '../../../src/fit/weights/curvature.ts';
import { AffineMapRounding, unitLower } from '../../../src/fit/weights/weight-rounding.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('rounding with error feedback');

const ROWS = 4;
const COLUMNS = 5;
const EXPERTS = 2;

const shape = { layer: 0, experts: EXPERTS, rows: ROWS };
const weight: Tensor = {
  ...shape,
  kind: 'weight',
  columns: COLUMNS,
  offset: 3,
  length: EXPERTS * ROWS * COLUMNS,
};
const bias: Tensor = {
  ...shape,
  kind: 'bias',
  columns: 1,
  offset: 3 + weight.length,
  length: EXPERTS * ROWS,
};
const PARAMETERS = bias.offset + bias.length;

/** A Gram matrix of vectors with much in common, so that directions differ a lot in what they cost. */
function gram(n: number, random: () => number): Float64Array {
  const vectors = Array.from({ length: 2 * n }, () => {
    const common = random() - 0.5;
    return Array.from({ length: n }, () => 3 * common + random() - 0.5);
  });
  return Float64Array.from({ length: n * n }, (_, at) =>
    vectors.reduce((sum, v) => sum + (v[Math.floor(at / n)] as number) * (v[at % n] as number), 0),
  );
}

function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
}

/** Σ Δ[r, k] A[r, s] R[k, l] Δ[s, l]. */
function costOf(errors: Float64Array, { outputs, inputs }: Curvature): number {
  const n = COLUMNS + 1;
  let sum = 0;
  for (let i = 0; i < errors.length; i++) {
    for (let j = 0; j < errors.length; j++) {
      const a = outputs[Math.floor(i / n) * ROWS + Math.floor(j / n)] as number;
      sum += (errors[i] as number) * a * (inputs[(i % n) * n + (j % n)] as number) * (errors[j] as number);
    }
  }
  return sum;
}

test('the factor makes a positive definite matrix diagonal', () => {
  const random = seededRandom(1);
  const n = 6;
  const matrix = gram(n, random);
  const factor = unitLower(matrix, n);
  for (let i = 0; i < n; i++) {
    assert.is(factor[i * n + i], 1);
    for (let k = i + 1; k < n; k++) assert.is(factor[i * n + k], 0);
  }
  // Row i of P, times the inverse of what P leaves: H = PᵀDP, so D = row by row what is left of H's diagonal.
  const rest = matrix.slice();
  for (let i = n - 1; i >= 0; i--) {
    const d = rest[i * n + i] as number;
    assert.ok(d > 0);
    for (let j = 0; j < n; j++) {
      for (let k = 0; k < n; k++) {
        const part = d * (factor[i * n + j] as number) * (factor[i * n + k] as number);
        rest[j * n + k] = (rest[j * n + k] as number) - part;
      }
    }
  }
  assert.ok(
    rest.every((value) => Math.abs(value) < 1e-9),
    'H is PᵀDP',
  );
});

test('where no direction costs more than another, each weight is rounded by itself', () => {
  const random = seededRandom(2);
  const values = Float32Array.from({ length: PARAMETERS }, () => random() - 0.5);
  const flat = { outputs: identity(ROWS), inputs: identity(COLUMNS + 1) };
  const rounding = new AffineMapRounding(weight, bias, [flat, flat]);
  const integers = rounding.round(values, { weight: 0.05, bias: 0.1 });
  assert.equal(integers.weight, quantize(values, weight, 0.05));
  assert.equal(integers.bias, quantize(values, bias, 0.1));
});

test('else it costs much less, for every expert', () => {
  const random = seededRandom(3);
  const curvatures = [0, 1].map(() => ({ outputs: gram(ROWS, random), inputs: gram(COLUMNS + 1, random) }));
  const rounding = new AffineMapRounding(weight, bias, curvatures);
  const step = 0.1;
  const costs = { fedBack: [0, 0], alone: [0, 0] };
  for (let round = 0; round < 20; round++) {
    const values = Float32Array.from({ length: PARAMETERS }, () => random() - 0.5);
    const integers = {
      fedBack: rounding.round(values, { weight: step, bias: step }),
      alone: { weight: quantize(values, weight, step), bias: quantize(values, bias, step) },
    };
    for (const way of ['fedBack', 'alone'] as const) {
      const decoded = new Float32Array(PARAMETERS);
      decoded.set(integers[way].weight, weight.offset);
      decoded.set(integers[way].bias, bias.offset);
      for (let i = weight.offset; i < PARAMETERS; i++)
        decoded[i] = (values[i] as number) - step * (decoded[i] as number);
      for (const [expert, curvature] of curvatures.entries()) {
        const cost = costOf(affineMapOf(decoded, weight, bias, expert), curvature);
        costs[way][expert] = (costs[way][expert] as number) + cost;
      }
    }
  }
  for (const expert of [0, 1]) {
    const [fedBack, alone] = [costs.fedBack[expert] as number, costs.alone[expert] as number];
    assert.ok(fedBack < alone / 3, `expert ${expert}: ${fedBack} against ${alone}`);
  }
});

test('integers stay within what the file can hold', () => {
  const values = new Float32Array(PARAMETERS).fill(1e4);
  const flat = { outputs: identity(ROWS), inputs: identity(COLUMNS + 1) };
  const { weight: integers } = new AffineMapRounding(weight, bias, [flat, flat]).round(values, {
    weight: 1e-3,
    bias: 1,
  });
  assert.ok(integers.every((integer) => integer === 32767));
});

test('without any curvature, each weight is rounded by itself', () => {
  const random = seededRandom(4);
  const values = Float32Array.from({ length: PARAMETERS }, () => random() - 0.5);
  const none = { outputs: new Float64Array(ROWS ** 2), inputs: new Float64Array((COLUMNS + 1) ** 2) };
  const rounding = new AffineMapRounding(weight, bias, [none, none]);
  const integers = rounding.round(values, { weight: 0.05, bias: 0.1 });
  assert.equal(integers.weight, quantize(values, weight, 0.05));
  assert.equal(integers.bias, quantize(values, bias, 0.1));
});

test.run();
