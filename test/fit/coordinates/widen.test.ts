/** @file A field that has been widened draws what it drew, by the float64 reference. */

import { initialParameters, OF_FILES } from '../../../src/field/init.ts';
import { presetSpec } from '../../../src/field/presets.ts';
import { seededRandom } from '../../../src/field/random.ts';
import type { Samples } from '../../../src/field/selectors.ts';
import { expertCount, tensorsOf } from '../../../src/field/spec.ts';
import { widened } from '../../../src/fit/coordinates/widen.ts';
import { referenceOutputs } from '../../engine/reference.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('wider fields');

const narrow = presetSpec('loe', { width: [3, 2, 4, 3, 2, 2], channels: 3 });
const wide = presetSpec('loe', { width: [5, 2, 6, 4, 3, 4], channels: 3 });
const random = seededRandom(4);
const fitted = initialParameters(narrow, 1, OF_FILES).map((value) => value + 0.3 * (random() - 0.5));
const start = initialParameters(wide, 2, OF_FILES);
const result = widened(narrow, fitted, wide, start);

/** Random positions, each with random experts, whatever their tiles. */
function randomSamples(count: number): Samples {
  const tuple = (): number =>
    narrow.layers.reduce(
      (sum, { selector }, i) => sum + Math.floor(expertCount(selector) * random()) * 4 ** i,
      0,
    );
  return {
    coordinates: Float32Array.from({ length: 2 * count }, () => 2 * random() - 1),
    tuples: Uint32Array.from({ length: count }, tuple),
  };
}

test('it draws exactly the same, whichever the experts', () => {
  const samples = randomSamples(500);
  assert.equal(
    referenceOutputs(wide, Float64Array.from(result), samples),
    referenceOutputs(narrow, Float64Array.from(fitted), samples),
  );
});

test('new units begin as those of the start', () => {
  for (const [i, { experts, rows, columns, offset }] of tensorsOf(wide).entries()) {
    const before = tensorsOf(narrow)[i]?.rows as number;
    for (let expert = 0; expert < experts; expert++) {
      const from = offset + (expert * rows + before) * columns;
      const to = offset + (expert + 1) * rows * columns;
      assert.equal(result.subarray(from, to), start.subarray(from, to));
    }
  }
});

test('a field as wide as it was stays as it is', () => {
  assert.equal(widened(narrow, fitted, narrow, initialParameters(narrow, 9, OF_FILES)), fitted);
});

test.run();
