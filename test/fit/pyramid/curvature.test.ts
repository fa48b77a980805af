/** @file The curvature that gradients of a pyramid's weights say. */

import { layTensors, type Tensor } from '../../../src/field/spec.ts';
import { curvaturesOf } from '../../../src/fit/pyramid/curvature.ts';
import type { Curvature } from '../../../src/fit/weights/curvature.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('curvature from gradients');

const [ROWS, COLUMNS] = [4, 5];
const [, , weight, bias] = layTensors([
  { experts: 1, rows: 1, columns: 2 },
  { experts: 2, rows: ROWS, columns: COLUMNS },
]) as [Tensor, Tensor, Tensor, Tensor];

test('it comes from products of gradients', () => {
  const gradient = new Float32Array(bias.offset + bias.length);
  // Expert 1: row 2 has 3 at column 4 and −1 at the bias, row 0 has 2 at column 4.
  gradient[weight.offset + (ROWS + 2) * COLUMNS + 4] = 3;
  gradient[bias.offset + ROWS + 2] = -1;
  gradient[weight.offset + ROWS * COLUMNS + 4] = 2;
  const [first, { outputs, inputs }] = curvaturesOf(weight, bias, [gradient, gradient]) as [
    Curvature,
    Curvature,
  ];
  const expected = { outputs: new Float64Array(ROWS ** 2), inputs: new Float64Array((COLUMNS + 1) ** 2) };
  assert.equal(first, expected);
  expected.outputs[0] = 8;
  expected.outputs[2] = 12;
  expected.outputs[2 * ROWS] = 12;
  expected.outputs[2 * ROWS + 2] = 20;
  assert.equal(outputs, expected.outputs);
  const n = COLUMNS + 1;
  expected.inputs[4 * n + 4] = 26;
  expected.inputs[4 * n + 5] = -6;
  expected.inputs[5 * n + 4] = -6;
  expected.inputs[5 * n + 5] = 2;
  assert.equal(inputs, expected.inputs);
});

test.run();
