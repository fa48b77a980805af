/** @file The enhancement layer as bytes, against the reference coder of latents. */

import { encodeEnhancement } from '../../src/entropy/encode-enhancement.ts';
import { decodeEnhancement } from '../../src/entropy/enhancement.ts';
import { RangeEncoder } from '../../src/entropy/range-coder.ts';
import { LoecError } from '../../src/errors.ts';
import { enhancementModel, MAX_ENHANCEMENT } from '../../src/field/enhancement.ts';
import { seededRandom } from '../../src/field/random.ts';
import { TimeSlices } from '../../src/time-slices.ts';
import { assert, suite } from '../harness.ts';
import { ReferenceCoder, referenceSlices } from './latents-reference.ts';

const test = suite('enhancement layer as bytes');
const SIZE = { width: 37, height: 41 };

/** @param most of their magnitudes; the planes with an index in `empty` are zeros */
function planesOf(outputs: number, most: number, empty: readonly number[] = []): Int16Array[] {
  const random = seededRandom(outputs);
  return Array.from({ length: outputs }, (_, k) =>
    Int16Array.from({ length: SIZE.width * SIZE.height }, () =>
      empty.includes(k) ? 0 : Math.round(most * (2 * random() - 1) ** 9),
    ),
  );
}

/** Of the specification: all 0 but the last bias, 2, so that log b = 0. */
function referenceBytes(planes: readonly Int16Array[]): Uint8Array {
  const model = enhancementModel(planes.length, SIZE);
  const parameters = new Float32Array(model.context.parameters);
  parameters[parameters.length - 1] = 2;
  const encoder = new RangeEncoder();
  const isPresent = planes.map((plane) => plane.some((latent) => latent !== 0));
  const copies = planes.map((plane) => plane.slice());
  for (const slice of referenceSlices(model, isPresent))
    new ReferenceCoder(encoder, model, parameters).code(copies, slice);
  const presence = isPresent.reduce((bits, is, k) => bits | (Number(is) << k), 0);
  return Uint8Array.of(presence, ...encoder.finish());
}

for (const [outputs, most, empty] of [
  [1, 3],
  [2, 40],
  [3, 8],
  [3, 8, [1]],
  [4, MAX_ENHANCEMENT],
] as const) {
  test(`${outputs} planes up to ±${most}${empty ? ', one of zeros' : ''}: the specified bytes, and back`, async () => {
    const planes = planesOf(outputs, most, empty);
    const bytes = await encodeEnhancement({ stepIndex: -95, planes }, SIZE);
    assert.equal(bytes.slice(0, 2), Uint8Array.of(0xa1, 0xff));
    assert.equal(bytes.slice(2), referenceBytes(planes));
    const decoded = await decodeEnhancement(bytes, outputs, SIZE, new TimeSlices());
    assert.equal(decoded, { stepIndex: -95, planes });
  });
}

test('bytes that stand for no layer are refused', async () => {
  const bytes = await encodeEnhancement({ stepIndex: -95, planes: planesOf(3, 8) }, SIZE);
  const damaged: [Uint8Array, number, RegExp][] = [
    [bytes.slice(0, 1), 3, /ends too early/],
    [bytes.slice(0, 2), 3, /truncated or damaged/],
    [bytes.slice(0, 200), 3, /ends too early/],
    [Uint8Array.of(0x80, 0, ...bytes.slice(2)), 3, /step index 128/],
    [Uint8Array.of(0x7f, 0xfe, ...bytes.slice(2)), 3, /step index -385/],
    [bytes, 2, /a grid that is not there/],
  ];
  for (const [file, outputs, message] of damaged) {
    const error = await decodeEnhancement(file, outputs, SIZE, new TimeSlices()).catch((reason) => reason);
    assert.ok(error instanceof LoecError && error.code === 'E_FORMAT', String(error));
    assert.match(error.message, message);
  }
});

test.run();
