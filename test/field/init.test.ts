/** @file Starts of fields: what those of files have in common, however wide the fields are. */

import { initialParameters, OF_FILES, PUBLISHED } from '../../src/field/init.ts';
import { presetSpec } from '../../src/field/presets.ts';
import { type FieldSpec, type Tensor, tensorsOf } from '../../src/field/spec.ts';
import { assert, suite } from '../harness.ts';

const test = suite('starts');

const narrow = presetSpec('loe', { width: [3, 2, 4, 3, 2, 2], channels: 3 });
const wide = presetSpec('loe', { width: [5, 2, 6, 4, 3, 4], channels: 3 });

function valueAt(parameters: Float32Array, tensor: Tensor, expert: number, row: number, column: number) {
  return parameters[tensor.offset + (expert * tensor.rows + row) * tensor.columns + column] as number;
}

/** Calls `check` with each parameter that both fields have. */
function forShared(
  spread: typeof OF_FILES,
  check: (a: number, b: number, tensors: readonly [Tensor, Tensor]) => void,
): void {
  const startOf = (spec: FieldSpec) => initialParameters(spec, 5, spread);
  const [starts, wideTensors] = [[startOf(narrow), startOf(wide)] as const, tensorsOf(wide)];
  for (const [i, tensor] of tensorsOf(narrow).entries()) {
    const other = wideTensors[i] as Tensor;
    for (let expert = 0; expert < tensor.experts; expert++) {
      for (let row = 0; row < tensor.rows; row++) {
        for (let column = 0; column < tensor.columns; column++) {
          const a = valueAt(starts[0], tensor, expert, row, column);
          check(a, valueAt(starts[1], other, expert, row, column), [tensor, other]);
        }
      }
    }
  }
}

test('in files, biases and the weights of the first layer do not depend on how wide layers are', () => {
  forShared(OF_FILES, (a, b, [{ layer, kind }]) => {
    if (layer === 0 || kind === 'bias') assert.is(a, b);
  });
});

test('other weights do by their bound alone, which goes with the root of the inputs', () => {
  let moved = 0;
  forShared(OF_FILES, (a, b, [tensor, other]) => {
    if (tensor.layer === 0 || tensor.kind === 'bias') return;
    const scaled = b * Math.sqrt(other.columns / tensor.columns);
    assert.ok(Math.abs(a - scaled) <= 1e-6 * Math.abs(a), `layer ${tensor.layer}: ${a} and ${scaled}`);
    moved += Number(a !== b);
  });
  assert.ok(moved > 50);
});

test('published biases are narrower in wider fields', () => {
  forShared(PUBLISHED, (a, b, [{ layer, kind }, { columns }]) => {
    if (kind === 'weight' && layer === 0) assert.is(a, b);
    if (kind === 'bias' && layer > 0) assert.ok(Math.abs(b) <= Math.abs(a), `${columns}`);
  });
});

test('no two parameters have the same random number', () => {
  for (const spec of [narrow, wide]) {
    const start = initialParameters(spec, 5, OF_FILES);
    const biases = tensorsOf(spec)
      .filter(({ kind }) => kind === 'bias')
      .flatMap(({ offset, length }) => [...start.subarray(offset, offset + length)]);
    assert.is(new Set(biases).size, biases.length);
  }
});

test.run();
