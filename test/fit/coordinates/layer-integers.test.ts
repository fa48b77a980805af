/** @file Layers as integers one after the other: what is final stays, what is decoded is what the fit went on with, and the room is kept. */

import type { FieldContents } from '../../../src/container/contents.ts';
import { coordinateParameters } from '../../../src/container/coordinate-parameters.ts';
import { writeContents } from '../../../src/container/write.ts';
import { initialParameters, OF_FILES } from '../../../src/field/init.ts';
import { presetSpec } from '../../../src/field/presets.ts';
import { seededRandom } from '../../../src/field/random.ts';
import { pairs, type Tensor, tensorsOf } from '../../../src/field/spec.ts';
import { LayerIntegers } from '../../../src/fit/coordinates/layer-integers.ts';
import type { Curvature } from '../../../src/fit/weights/curvature.ts';
import { plainMapping } from '../../../src/samples/mapping.ts';
import { finish } from '../../../src/time-slices.ts';
import { fieldContentsOf } from '../../container/read-file.ts';
import { assert, suite } from '../../harness.ts';

const test = suite('layers as integers');

const SEED = 7;
const ROOM = 1200;
const spec = presetSpec('loe-ftc', { width: [12, 12, 8], channels: 3 });
const tensors = tensorsOf(spec);
const start = initialParameters(spec, SEED, OF_FILES);

/** Where no direction costs more than another, each weight gets its nearest integer, so that sizes are those that were looked for. */
const flat = pairs(tensors).map(([{ experts, rows, columns }]) =>
  Array.from({ length: experts }, () => ({ outputs: identity(rows), inputs: identity(columns + 1) })),
);

function identity(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1 : 0));
}

function randomCurvatures(seed: number): Curvature[][] {
  const random = seededRandom(seed);
  const gram = (n: number): Float64Array => {
    const factor = Float64Array.from({ length: n * n }, () => random() - 0.3);
    return Float64Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      let sum = 0;
      for (let k = 0; k < n; k++) sum += (factor[i * n + k] as number) * (factor[j * n + k] as number);
      return sum;
    });
  };
  return pairs(tensors).map(([{ experts, rows, columns }]) =>
    Array.from({ length: experts }, () => ({ outputs: gram(rows), inputs: gram(columns + 1) })),
  );
}

/** Fitted parameters: a share of the start, and something besides. */
function fitted(share: number): Float32Array {
  const random = seededRandom(3);
  return start.map((value) => share * value + 0.02 * (random() - 0.5));
}

/** Of the layers up to this one. */
function prefix(parameters: Float32Array, layer: number): Float32Array {
  return parameters.slice(0, (tensors[2 * layer + 2] as Tensor | undefined)?.offset);
}

/** Moves what has not been rounded, as training does. */
function trainBehind(parameters: Float32Array, layer: number): void {
  const { offset, length } = tensors[2 * layer + 1] as Tensor;
  for (let k = offset + length; k < parameters.length; k++) {
    parameters[k] = 0.9 * (parameters[k] as number) + 0.001;
  }
}

function contentsWith(integers: LayerIntegers): FieldContents {
  return {
    ...{ kind: 'field', width: 6, height: 4, channels: 3, depth: 8, colour: [], metadata: [] },
    samples: plainMapping({ channels: 3, depth: 8 }),
    alpha: null,
    spec,
    start: { seed: SEED },
    pyramid: null,
    segmentation: null,
    enhancement: null,
    preset: 'loe',
    weights: integers.contents(),
  };
}

for (const [way, share, differences] of [
  ['as differences from the start', 1, true],
  ['by themselves', 0, false],
] as const) {
  test(`rounded layers stay, and the file has them bit for bit: ${way}`, async () => {
    const integers = new LayerIntegers(spec, start);
    const parameters = fitted(share);
    for (const layer of spec.layers.keys()) {
      const before = prefix(parameters, layer - 1);
      const codedBefore = integers
        .contents()
        .integers.slice(0, 2 * layer)
        .map((values) => values.slice());
      integers.roundLayer(layer, parameters, randomCurvatures(layer), ROOM);
      assert.equal(prefix(parameters, layer - 1), before);
      assert.equal(integers.contents().integers.slice(0, 2 * layer), codedBefore);
      trainBehind(parameters, layer);
    }
    assert.is(integers.contents().fromStart?.[2], differences);
    const {
      spec: read,
      weights,
      start: seeded,
    } = await fieldContentsOf(await writeContents(contentsWith(integers)));
    assert.equal(finish(coordinateParameters({ spec: read, weights, start: seeded })), parameters);
  });
}

test('the room is kept, and used, from the first layer to the last', () => {
  const integers = new LayerIntegers(spec, start);
  const parameters = fitted(0.5);
  for (const layer of spec.layers.keys()) integers.roundLayer(layer, parameters, flat, ROOM);
  assert.ok(integers.codedBytes <= ROOM && integers.codedBytes > 0.985 * ROOM, `${integers.codedBytes}`);
});

test('integers are nearer to what was fitted in more room', () => {
  const errors = [600, 1200, 2400].map((room) => {
    const integers = new LayerIntegers(spec, start);
    const parameters = fitted(0.5);
    for (const layer of spec.layers.keys()) integers.roundLayer(layer, parameters, flat, room);
    return fitted(0.5).reduce((sum, value, k) => sum + (value - (parameters[k] as number)) ** 2, 0);
  });
  const [coarse, middle, fine] = errors as [number, number, number];
  assert.ok(middle < coarse / 2 && fine < middle / 10, `${errors}`);
});

test.run();
