/** @file The step search, against a loss whose best steps are known in closed form. */

import { encodeWeights } from '../../../src/entropy/weights.ts';
import { presetSpec } from '../../../src/field/presets.ts';
import { MAX_INTEGER } from '../../../src/field/quantizer.ts';
import { seededRandom } from '../../../src/field/random.ts';
import { pairs, tensorsOf } from '../../../src/field/spec.ts';
import {
  quantizeAll,
  relativeStepIndices,
  stepIndicesForSize,
} from '../../../src/fit/coordinates/quantization-steps.ts';
import type { Curvature } from '../../../src/fit/weights/curvature.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('step search');
const spec = presetSpec('loe', { width: 12, channels: 3 });
const tensors = tensorsOf(spec);
const random = seededRandom(9);
const parameters = Float32Array.from({ length: tensors.reduce((sum, { length }) => sum + length, 0) }, () => {
  const [a, b, c] = [random(), random(), random()];
  return a + b + c - 1.5;
});

/** Means of the diagonals of outputs and inputs, and the constant's entry, which is the last one of the inputs. */
function diagonalCurvature(
  rows: number,
  columns: number,
  [outputs, inputs, constant]: readonly [number, number, number],
): Curvature {
  return {
    outputs: diagonal(rising(rows, outputs)),
    inputs: diagonal([...rising(columns, inputs), constant]),
  };
}

/** `count` numbers with this mean. */
function rising(count: number, mean: number): number[] {
  return Array.from({ length: count }, (_, i) => (2 * mean * (i + 1)) / (count + 1));
}

function diagonal(values: readonly number[]): Float64Array {
  const n = values.length;
  return Float64Array.from({ length: n * n }, (_, at) =>
    at % (n + 1) === 0 ? (values[at / (n + 1)] as number) : -0.1,
  );
}

test('loss per bit is the same in every tensor: step² goes with what a change of one parameter costs, reversed', () => {
  // Experts of a layer cost differently, and half of them nothing.
  const factors = (layer: number, expert: number) =>
    [10 ** (layer % 4) * (expert % 2), 3 + expert, 0.5 + layer] as const;
  const curvatures = pairs(tensors).map(([{ experts, rows, columns }], layer) =>
    Array.from({ length: experts }, (_, expert) =>
      diagonalCurvature(rows, columns, factors(layer, expert + 1)),
    ),
  );
  const indices = relativeStepIndices(spec, curvatures);
  const costs = tensors.map(({ layer, kind, experts }, t) => {
    let sum = 0;
    for (let expert = 1; expert <= experts; expert++) {
      const [outputs, inputs, constant] = factors(layer, expert);
      sum += outputs * (kind === 'weight' ? inputs : constant);
    }
    return Math.log2((sum / experts) * 4 ** ((indices[t] as number) / 16));
  });
  for (const cost of costs) assert.ok(Math.abs(cost - (costs[0] as number)) <= 0.13, costs.join(' '));
});

test('a tensor that changes nothing gets a step far coarser than all others', () => {
  const curvatures = pairs(tensors).map(([{ experts, rows, columns }], layer) =>
    Array.from({ length: experts }, () => diagonalCurvature(rows, columns, [1, layer === 2 ? 0 : 1, 1])),
  );
  const indices = relativeStepIndices(spec, curvatures);
  assert.equal(
    indices.map((index) => index > 200),
    tensors.map(({ layer, kind }) => layer === 2 && kind === 'weight'),
  );
  assert.ok(indices.every(Number.isInteger));
});

/** Of the coder's own bytes. */
function stepsForSize(ratios: readonly number[], bytes: number): number[] {
  const sizeOf = (stepIndices: readonly number[]): number =>
    encodeWeights(tensors, quantizeAll(parameters, spec, stepIndices)).length;
  return stepIndicesForSize(parameters, tensors, ratios, sizeOf, bytes);
}

test('a size is met from below within half a percent, and the ratios stay', () => {
  const ratios = tensors.map((_, t) => 40 * (t % 3) + 100);
  for (const bytes of [900, 1500, 2500, 5000]) {
    const steps = stepsForSize(ratios, bytes);
    const size = encodeWeights(tensors, quantizeAll(parameters, spec, steps)).length;
    assert.ok(size <= bytes && size >= 0.995 * bytes, `${size} for ${bytes}`);
    const shifts = steps.map((step, t) => step - (ratios[t] as number));
    assert.ok(Math.max(...shifts) - Math.min(...shifts) <= 1, shifts.join(' '));
  }
});

test('no room at all gives the coarsest steps, endless room the finest whose integers the coder takes', () => {
  const ratios = tensors.map(() => 0);
  const coarse = quantizeAll(parameters, spec, stepsForSize(ratios, 0));
  assert.ok(coarse.every((integers) => integers.every((integer) => integer === 0)));
  const fine = quantizeAll(parameters, spec, stepsForSize(ratios, 1e9));
  for (const integers of fine) {
    const largest = integers.reduce((max, integer) => Math.max(max, Math.abs(integer)), 0);
    assert.ok(largest <= MAX_INTEGER && largest > 0.9 * MAX_INTEGER, String(largest));
  }
});

test.run();
