import { allocateSamples, type BitDepth, peakOf, type Raster } from '../../src/image/raster.ts';
import { samplesToValues, valuesToSamples } from '../../src/image/values.ts';
import { assert, suite } from '../harness.ts';

const test = suite('values');

function everySample(depth: BitDepth): Raster {
  const data = allocateSamples(depth, peakOf(depth) + 1).map((_, i) => i) as Raster['data'];
  return { width: data.length, height: 1, channels: 1, depth, data, colour: [], metadata: [] };
}

for (const depth of [8, 16] as const) {
  test(`every sample of ${depth} bits comes back`, () => {
    const raster = everySample(depth);
    const values = samplesToValues(raster);
    assert.equal([values[0], values.at(-1)], [-1, 1]);
    assert.equal(valuesToSamples(values, depth), raster.data);
  });
}

test('values are rounded to the nearest sample, clipped, and never NaN', () => {
  const level = 2 / 255;
  const values = Float32Array.of(
    -1 + 0.49 * level,
    -1 + 0.51 * level,
    -7,
    7,
    Number.NaN,
    -Infinity,
    Infinity,
  );
  assert.equal([...valuesToSamples(values, 8)], [0, 1, 0, 255, 0, 0, 255]);
  assert.equal([...valuesToSamples(Float32Array.of(0, 0.999999, 2), 16)], [32768, 65535, 65535]);
});

test.run();
