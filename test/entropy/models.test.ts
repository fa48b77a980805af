import { existsSync, readFileSync } from 'node:fs';
import { decodeLabels, encodeLabels } from '../../src/entropy/label-map.ts';
import { decodeWeights, encodeWeights, WeightMeter } from '../../src/entropy/weights.ts';
import { LoecError } from '../../src/errors.ts';
import { seededRandom } from '../../src/field/random.ts';
import { segment } from '../../src/field/segmentation.ts';
import type { Tensor } from '../../src/field/spec.ts';
import { thresholdsOf } from '../../src/field/thresholds.ts';
import { lumaOf } from '../../src/image/colour.ts';
import { readPng } from '../../src/image/png/read.ts';
import { finish } from '../../src/time-slices.ts';
import { assert, skipped, suite } from '../harness.ts';

const test = suite('entropy models');
const KODIM05 = new URL('../../../shared/kodak/kodim05.png', import.meta.url);

function tensor(experts: number, rows: number, columns: number): Tensor {
  return { layer: 0, kind: 'weight', experts, rows, columns, offset: 0, length: experts * rows * columns };
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

test('weights of any size and sign come back', () => {
  const random = seededRandom(1);
  const tensors = [tensor(1, 3, 2), tensor(1, 3, 1), tensor(4, 5, 3), tensor(4, 5, 1), tensor(1, 1, 1)];
  for (const spread of [0, 0.4, 9, 300, 32767]) {
    const integers = tensors.map(({ length }) =>
      Int32Array.from({ length }, () => Math.round(spread * (2 * random() - 1))),
    );
    assert.equal(finish(decodeWeights(encodeWeights(tensors, integers), tensors)), integers);
  }
  const extremes = [Int32Array.of(32767, -32767, 0, 1, -1, 16384)];
  assert.equal(
    finish(decodeWeights(encodeWeights([tensor(1, 3, 2)], extremes), [tensor(1, 3, 2)])),
    extremes,
  );
});

test('a meter says what weights take as they change', () => {
  const random = seededRandom(3);
  const tensors = [tensor(1, 9, 7), tensor(1, 9, 1), tensor(4, 6, 9), tensor(4, 6, 1), tensor(1, 3, 6)];
  const integers = tensors.map(({ length }) => Int32Array.from({ length }, () => Math.round(9 * random())));
  const meter = new WeightMeter(tensors, integers);
  for (const i of [0, 4, 2, 3, 3, 1, 0, 4]) {
    const bits = 8 * encodeWeights(tensors, integers).length;
    assert.ok(bits >= meter.bits - 8 && bits <= meter.bits + 16, `${bits} of ${meter.bits}`);
    assert.is(meter.bits, new WeightMeter(tensors, integers).bits);
    const changed = integers[i] as Int32Array;
    changed[Math.floor(random() * changed.length)] = Math.round(400 * random());
    meter.changed(i);
  }
});

test('5,000 Gaussian weights cost within 4 % of their entropy; rows of different scale are told apart', () => {
  const random = seededRandom(2);
  const side = 70;
  for (const [spread, allowed] of [
    [0, 1.02],
    [0.5, 1.04],
  ] as const) {
    let ideal = 0;
    const integers = new Int32Array(side * side);
    for (let row = 0; row < side; row++) {
      const sigma = 12 * Math.exp(spread * gaussian(random));
      for (let column = 0; column < side; column++) {
        const integer = Math.round(sigma * gaussian(random));
        integers[row * side + column] = integer;
        ideal +=
          Math.log2(sigma * Math.sqrt(2 * Math.PI)) + (integer * integer) / (2 * sigma * sigma * Math.LN2);
      }
    }
    const bits = 8 * encodeWeights([tensor(1, side, side)], [integers]).length;
    assert.ok(bits < allowed * ideal, `${bits / ideal} of the ideal at spread ${spread}`);
  }
});

const MAPS: Readonly<Record<string, [number, number, (x: number, y: number) => number]>> = {
  'one pixel': [1, 1, () => 3],
  'one row': [100, 1, (x) => x >> 5],
  'one column': [1, 100, (_, y) => y & 3],
  'one class': [64, 48, () => 2],
  checkerboard: [33, 17, (x, y) => (x + y) & 1],
  diagonal: [50, 40, (x, y) => ((x + 2 * y) >> 3) & 3],
  noise: [61, 47, (x, y) => Math.floor(4 * seededRandom(x * 977 + y)())],
};

for (const [name, [width, height, labelOf]] of Object.entries(MAPS)) {
  test(`label map: ${name}`, () => {
    const labels = Uint8Array.from({ length: width * height }, (_, i) =>
      labelOf(i % width, Math.floor(i / width)),
    );
    const bytes = encodeLabels(labels.slice(), width, height);
    assert.equal(finish(decodeLabels(bytes, width, height)), labels);
    if (name === 'noise') assert.ok(8 * bytes.length < 2.1 * labels.length);
    if (name === 'one class') assert.ok(bytes.length < 12);
  });
}

test('garbage gives labels or an error, never anything else', () => {
  const random = seededRandom(9);
  for (let trial = 0; trial < 60; trial++) {
    const garbage = Uint8Array.from({ length: trial }, () => 256 * random());
    try {
      assert.ok(finish(decodeLabels(garbage, 40, 30)).every((label) => label < 4));
      finish(decodeWeights(garbage, [tensor(1, 9, 9)]));
    } catch (error) {
      assert.ok(error instanceof LoecError && error.code === 'E_FORMAT');
    }
  }
});

if (existsSync(KODIM05)) {
  test('the map of kodim05 costs less than JPEG XL’s lossless 0.570 bpp', async () => {
    const { raster } = await readPng(readFileSync(KODIM05), { name: 'kodim05.png' });
    const luma = lumaOf(raster);
    const { labels } = segment(luma, raster.width, raster.height, thresholdsOf(luma, 'multi-otsu'));
    const bpp = (8 * encodeLabels(labels, raster.width, raster.height).length) / labels.length;
    assert.ok(bpp < 0.57, String(bpp));
  });
} else skipped('the map of kodim05', 'the Kodak pictures are not here');

test.run();
