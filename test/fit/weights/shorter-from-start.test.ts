/** @file Differences from a start are taken where they are shorter, as the coder has it too. */

import { encodeWeights } from '../../../src/entropy/weights.ts';
import { initialParameters, OF_FILES } from '../../../src/field/init.ts';
import { presetSpec } from '../../../src/field/presets.ts';
import { quantize } from '../../../src/field/quantizer.ts';
import { seededRandom } from '../../../src/field/random.ts';
import { tensorsOf } from '../../../src/field/spec.ts';
import { isShorterFromStart } from '../../../src/fit/weights/shorter-from-start.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('shorter from the start');

const spec = presetSpec('loe-ftc', { width: 16, channels: 3 });
const tensors = tensorsOf(spec);
const start = initialParameters(spec, 1, OF_FILES);
const random = seededRandom(2);

function opposite(value: number, to: number): number {
  return Math.abs(value) * (to < 0 ? 1 : -1);
}

test('tensors that have moved little are shorter as differences, those far from the start are not', () => {
  for (const [share, expected] of [
    [0.05, true],
    [0.5, true],
    [3, false],
  ] as const) {
    for (const tensor of tensors) {
      const bound = Math.max(...start.subarray(tensor.offset, tensor.offset + tensor.length));
      const moved = start.map((value) => value + share * bound * (2 * random() - 1));
      // On the other side of zero than the start, values are less than their differences from it.
      const values = expected ? moved : moved.map((value, i) => opposite(value, start[i] as number));
      assert.is(isShorterFromStart(values, start, tensor, bound / 40), expected, `${share}`);
      const bytesOf = (coded: Float32Array): number =>
        encodeWeights([tensor], [quantize(coded, tensor, bound / 40)]).length;
      const bytes = [
        bytesOf(values.map((value, i) => value - (start[i] as number))),
        bytesOf(values),
      ] as const;
      // The coder learns scales at the cost of some bytes, and short tensors tell it little.
      if (tensor.length > 200 && share < 0.5) assert.is(bytes[0] < bytes[1], expected, `${bytes}`);
    }
  }
});

test('only the tensor counts, and of equal ways none is from the start', () => {
  const [first, bias] = tensors as [(typeof tensors)[number], (typeof tensors)[number]];
  const values = start.slice();
  values.fill(9, bias.offset, bias.offset + bias.length);
  assert.is(isShorterFromStart(values, start, first, 0.01), true);

  assert.is(
    isShorterFromStart(new Float32Array(start.length), new Float32Array(start.length), first, 0.01),
    false,
  );
  // So coarse that all integers are 0.
  assert.is(isShorterFromStart(start, start, first, 10), false);
});

test.run();
