/** @file The step search, against a loss whose best steps are known in closed form. */

import type { CoordinateSession } from '../../../src/engine/coordinates.ts';
import { encodeWeights } from '../../../src/entropy/weights.ts';
import { presetSpec } from '../../../src/field/presets.ts';
import { MAX_INTEGER } from '../../../src/field/quantizer.ts';
import { seededRandom } from '../../../src/field/random.ts';
import { tensorsOf } from '../../../src/field/spec.ts';
import {
  quantizeAll,
  relativeStepIndices,
  stepIndicesForSize,
} from '../../../src/fit/coordinates/quantization-steps.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('step search');
const spec = presetSpec('loe', { width: 12, channels: 3 });
const tensors = tensorsOf(spec);
const random = seededRandom(9);
const parameters = Float32Array.from({ length: tensors.reduce((sum, { length }) => sum + length, 0) }, () => {
  const [a, b, c] = [random(), random(), random()];
  return a + b + c - 1.5;
});

/** A field whose loss is base + Σ sensitivity of the tensor · step² / 12. */
function sensitiveSession(sensitivities: readonly number[]): CoordinateSession {
  let steps = new Float32Array(sensitivities.length);
  return {
    readParameters: async () => parameters.slice(),
    setQuantization: (given: Float32Array | null) => {
      steps = given?.slice() ?? new Float32Array(sensitivities.length);
    },
    loss: async () =>
      steps.reduce((sum, step, t) => sum + ((sensitivities[t] as number) * step ** 2) / 12, 0.5),
  } as unknown as CoordinateSession;
}

test('loss per bit is the same in every tensor: step² goes with parameters over sensitivity', async () => {
  const sensitivities = tensors.map((_, t) => 10 ** ((t * 7) % 5));
  const indices = await relativeStepIndices(sensitiveSession(sensitivities), spec);
  // ∂loss/∂log Δ over the parameters that pay for it: equal where the steps are the best for their sum of bits.
  const slopes = indices.map((index, t) => {
    const { length } = tensors[t] as { length: number };
    return Math.log2(((sensitivities[t] as number) * 4 ** (index / 16)) / length);
  });
  for (const slope of slopes) assert.ok(Math.abs(slope - (slopes[0] as number)) < 0.2, slopes.join(' '));
});

test('a size is met from below within half a percent, and the ratios stay', () => {
  const ratios = tensors.map((_, t) => 40 * (t % 3) + 100);
  for (const bytes of [900, 1500, 2500, 5000]) {
    const steps = stepIndicesForSize(parameters, spec, ratios, bytes);
    const size = encodeWeights(tensors, quantizeAll(parameters, spec, steps)).length;
    assert.ok(size <= bytes && size >= 0.995 * bytes, `${size} for ${bytes}`);
    const shifts = steps.map((step, t) => step - (ratios[t] as number));
    assert.ok(Math.max(...shifts) - Math.min(...shifts) <= 1, shifts.join(' '));
  }
});

test('no room at all gives the coarsest steps, endless room the finest whose integers the coder takes', () => {
  const ratios = tensors.map(() => 0);
  const coarse = quantizeAll(parameters, spec, stepIndicesForSize(parameters, spec, ratios, 0));
  assert.ok(coarse.every((integers) => integers.every((integer) => integer === 0)));
  const fine = quantizeAll(parameters, spec, stepIndicesForSize(parameters, spec, ratios, 1e9));
  for (const integers of fine) {
    const largest = integers.reduce((max, integer) => Math.max(max, Math.abs(integer)), 0);
    assert.ok(largest <= MAX_INTEGER && largest > 0.9 * MAX_INTEGER, String(largest));
  }
});

test.run();
