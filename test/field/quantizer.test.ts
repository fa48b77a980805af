import {
  clampStepIndex,
  dequantize,
  MAX_INTEGER,
  MAX_STEP_INDEX,
  MIN_STEP_INDEX,
  quantize,
  stepIndexOf,
  stepOf,
} from '../../src/field/quantizer.ts';
import type { Tensor } from '../../src/field/spec.ts';
import { assert, suite } from '../harness.ts';

const test = suite('quantizer');
const tensor: Tensor = { layer: 0, kind: 'weight', experts: 1, rows: 5, columns: 1, offset: 1, length: 5 };

test('steps are float32 powers of 2^(1/16), growing, and find their index again', () => {
  for (let index = MIN_STEP_INDEX; index <= MAX_STEP_INDEX; index++) {
    const step = stepOf(index);
    assert.is(Math.fround(step), step);
    assert.ok(Math.abs(step / 2 ** (index / 16) - 1) < 1e-7);
    assert.is(stepIndexOf(step), index);
  }
  assert.is(stepOf(-32), 0.25);
});

test('indices are kept within the range', () => {
  assert.is(clampStepIndex(10_000), MAX_STEP_INDEX);
  assert.is(clampStepIndex(-10_000), MIN_STEP_INDEX);
});

test('integers are the nearest multiples, within ±MAX_INTEGER', () => {
  const integers = quantize(Float32Array.of(9, 0.24, -0.26, 0, 1e9, -1e9), tensor, 0.25);
  assert.equal(Array.from(integers), [1, -1, 0, MAX_INTEGER, -MAX_INTEGER]);
});

test('a decoder’s parameter is integer times step, rounded once to float32', () => {
  const parameters = new Float32Array(6);
  const step = stepOf(-37);
  dequantize(Int32Array.of(1, -7, 32767, 0, 3), tensor, step, parameters);
  assert.equal(
    Array.from(parameters),
    [0, 1, -7, 32767, 0, 3].map((integer) => Math.fround(integer * step)),
  );
});

test('what a decoder has of differences is a sum of two float32 numbers', () => {
  const [step, f] = [stepOf(-37), Math.fround];
  const origin = Float32Array.of(9, 0.1, -0.2, 3, 0, 1e-3);
  const parameters = Float32Array.of(7, 1, 2, 3, 4, 5);
  dequantize(Int32Array.of(1, -7, 32767, 0, 3), tensor, step, parameters, origin);
  const sums = [1, -7, 32767, 0, 3].map((integer, i) => f(f(integer * step) + (origin[1 + i] as number)));
  assert.equal([...parameters], [7, ...sums]);
});

test.run();
