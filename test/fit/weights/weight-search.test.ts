/** @file The search for integers of one vector of weights, whose loss is a sum of squares. */

import type { QuantizedWeights } from '../../../src/container/contents.ts';
import { dequantize, stepOf } from '../../../src/field/quantizer.ts';
import { seededRandom } from '../../../src/field/random.ts';
import { layTensors, pairs, valueCount } from '../../../src/field/spec.ts';
import { WeightIntegers } from '../../../src/fit/weights/weight-integers.ts';
import type { WeightLoss } from '../../../src/fit/weights/weight-loss.ts';
import { searchIntegers } from '../../../src/fit/weights/weight-search.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('the search for integers of weights');

const tensors = layTensors([
  { experts: 1, rows: 8, columns: 6 },
  { experts: 2, rows: 3, columns: 8 },
]);
const length = valueCount(tensors);
const random = seededRandom(5);
const fitted = Float32Array.from({ length }, () => random() - 0.5);
/** The weights of the second affine map matter a hundred times as much. */
const sensitivities = Float64Array.from({ length }, (_, i) => (i < 56 ? 1 : 100));
const PRICE = 1e-4;
/** 2⁻⁵, near the best of the first affine map, and far too coarse for the second. */
const STEP_INDEX = -80;

const loss: WeightLoss = {
  priceOf: (bits) => PRICE * bits,
  at: async (_, [decoded]) =>
    sensitivities.reduce((sum, s, i) => sum + s * ((decoded?.[i] as number) - (fitted[i] as number)) ** 2, 0),
  gradientAt: async (_, [decoded]) =>
    Float32Array.from(sensitivities, (s, i) => 2 * s * ((decoded?.[i] as number) - (fitted[i] as number))),
};

function integersFrom(start: Float32Array | null): WeightIntegers {
  const curvatures = pairs(tensors).map(([{ experts, rows, columns }]) =>
    Array.from({ length: experts }, () => ({
      outputs: new Float64Array(rows ** 2),
      inputs: new Float64Array((columns + 1) ** 2),
    })),
  );
  return new WeightIntegers([
    { tensors, fitted, start, stepIndices: tensors.map(() => STEP_INDEX), curvatures },
  ]);
}

async function costOf(integers: WeightIntegers): Promise<number> {
  return (await loss.at(0, integers.decoded)) + loss.priceOf(integers.bits);
}

function decodedOf(
  { integers, stepIndices, fromStart }: QuantizedWeights,
  start: Float32Array,
): Float32Array {
  const decoded = new Float32Array(length);
  for (const [i, tensor] of tensors.entries()) {
    const origin = fromStart?.[i] ? start : new Float32Array(length);
    dequantize(integers[i] as Int32Array, tensor, stepOf(stepIndices[i] as number), decoded, origin);
  }
  return decoded;
}

test('tensors that matter more get finer quantization steps; a round over single weights costs less yet', async () => {
  const integers = integersFrom(null);
  const first = await costOf(integers);
  await searchIntegers(loss, integers, { sweeps: 2, patience: 2, refinements: 0 });
  const searched = await costOf(integers);
  const [before, , after] = integers.contents().stepIndices as [number, number, number];
  assert.ok(searched < 0.8 * first, `${searched} against ${first}`);
  // At a tenth of the step a weight costs as much: 53 sixteenths of an octave, to within an octave.
  assert.ok(Math.abs(before - after - 53) < 16, `${before} and ${after}`);
  await searchIntegers(loss, integers, { sweeps: 0, patience: 0, refinements: 1 });
  assert.ok((await costOf(integers)) < searched);
  assert.equal(integers.decoded[0], decodedOf(integers.contents(), new Float32Array(length)));
});

test('tensors near the start are coded as differences, others by themselves; those of the start are left', async () => {
  const start = fitted.map((value, i) => {
    if (i < 48) return value + 0.05 * (random() - 0.5);
    return i < 56 ? value : 20 * (random() - 0.5);
  });
  const integers = integersFrom(start);
  assert.equal(
    [0, 1, 2, 3].map((i) => integers.isOfStart(i)),
    [false, true, false, false],
  );
  await searchIntegers(loss, integers, { sweeps: 1, patience: 2, refinements: 1 });
  const contents = integers.contents();
  assert.equal(contents.fromStart, [true, true, false, false]);
  assert.ok(contents.integers[1]?.every((integer) => integer === 0));
  assert.equal(integers.decoded[0], decodedOf(contents, start));
});

test('work is told in losses of tensors and of weights', async () => {
  let told = 0;
  const integers = integersFrom(null);
  await searchIntegers(loss, integers, { sweeps: 2, patience: 1, refinements: 1 }, (count) => {
    told += count;
  });
  assert.is(told, 2 * 6 * tensors.length + length);
});

test.run();
